# Three stages: compile with everything, install what runs, ship only that. Nothing in it depends on the platform, so the
# first two run once, on the builder's own, whatever platforms the image is for.
#
# The defaults are tags, which move. A release is built from digests; this prints them (docs/supply-chain.md):
#   docker buildx imagetools inspect node:24-slim --format '{{.Manifest.Digest}}'
#   docker buildx build --build-arg BUILD_IMAGE=node:24-slim@sha256:… --build-arg RUNTIME_IMAGE=…@sha256:… .
ARG BUILD_IMAGE=node:24-slim
# No shell, no package manager, no npm. Any image that has node 24 in /nodejs/bin or /usr/local/bin will do.
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/bundle ./scripts/bundle
COPY src ./src
COPY policies ./policies
RUN npm run build

FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# None of them has a script to run; a test sees to it that this stays so.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="gke-ingress-guard" \
      org.opencontainers.image.description="Admission webhook that says what the GKE Ingress controller will refuse, ignore or build wrong" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The root file system may be read-only: nothing is written, and no cache of compiled code is tried.
ENV NODE_ENV=production \
    NODE_DISABLE_COMPILE_CACHE=1 \
    PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin
WORKDIR /app
COPY LICENSE package.json ./
COPY policies ./policies
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# By number, for only so can the kubelet check runAsNonRoot. It owns nothing in the image.
USER 65532:65532
EXPOSE 10250 8080
STOPSIGNAL SIGTERM
# V8 would let the memory grow to several times what is in use, the more the larger the machine. So it stays near what is in
# use, and collections stay short (docs/operations.md, Sizing; `npm run bench:scale` measures with these very words).
ENTRYPOINT ["node", "--max-semi-space-size=8", "--heap-growing-percent=50", "/app/dist/main.js"]
CMD ["serve"]
