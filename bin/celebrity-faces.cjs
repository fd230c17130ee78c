#!/usr/bin/env node
// Says which Node is needed where this one is too old, so it must itself run on any: the JavaScript of 2009 only.
"use strict";
var wanted = /(\d+)\.(\d+)/.exec(require("../package.json").engines.node);
var found = process.versions.node.split(".");
var major = Number(found[0]) - Number(wanted[1]);
if (major < 0 || (major === 0 && Number(found[1]) < Number(wanted[2]))) {
	console.error(
		"celebrity-faces needs Node " + wanted[0] + " or newer but this is Node " + process.versions.node + ".",
	);
	process.exitCode = 1;
} else {
	require("./start.cjs");
}
