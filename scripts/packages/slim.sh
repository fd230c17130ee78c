#!/usr/bin/env bash
# Takes out of node_modules what a running server never reads: other systems' libraries, the bundles for browsers,
# source maps, type declarations. For the image and for people who only want the page; `npm ci` brings all of it back.
set -euo pipefail
cd "$(dirname "$0")/../../node_modules"

find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

# TensorFlow.js and face-api load one bundle each, and WebAssembly; licences stay with what they are for
for package in @tensorflow/tfjs @tensorflow/tfjs-{core,layers,converter,data,backend-cpu,backend-webgl,backend-wasm}; do
	find "$package" -type f ! -path '*/node_modules/*' ! -name package.json ! -iname 'license*' \
		! -name '*.node.js' ! -path '*/dist/*.wasm' -delete
done
find @vladmandic/face-api -type f ! -name package.json ! -iname 'license*' ! -name 'face-api.node-wasm.js' \
	! -path '*/model/ssd_mobilenetv1_*' ! -path '*/model/face_landmark_68_model*' \
	! -path '*/model/face_recognition_model*' -delete
rm -rf h5wasm/dist/iife
# polyfills that TensorFlow.js names and only its browser bundles load
rm -rf core-js

if [ -d onnxruntime-node/bin ]; then
	find onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d \
		! -path "*/$(node -p 'process.platform + "/" + process.arch')" -exec rm -rf {} +
fi
find . -type d -empty -delete
