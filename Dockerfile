# docker build -t celebrity-faces . && docker run --rm -p 2018:2018 celebrity-faces
# NODE_IMAGE can be pinned: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:... (docs/deploy.md says how to look it up)
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && find dist -name "*.map" -delete
COPY scripts/packages/slim.sh scripts/packages/
# TensorFlow's native library is not downloaded, so what would load it can go as well
RUN npm prune --omit=dev --no-save && scripts/packages/slim.sh && rm -rf node_modules/@tensorflow/tfjs-node

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="celebrity-faces" org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=2018 ORT_DISABLE_TELEMETRY=1
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE THIRD-PARTY.md ./
COPY licenses licenses
COPY bin bin
COPY views views
COPY public public
COPY locales locales
COPY migrations migrations
COPY models models
COPY data data
# galleries and fetched models: a volume that the image's user may write to
RUN mkdir /data && chown node:node /data
VOLUME /data
ENV GALLERIES_FOLDER=/data
USER node
EXPOSE 2018
# builders of OCI images drop this line: docs/deploy.md has it for those
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/celebrity-faces.cjs"]
CMD ["serve"]
