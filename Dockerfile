# The engine as a container: built in one stage, run in another without build tools, by a user without rights.

FROM node:26-slim AS build
WORKDIR /build
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml tsconfig.json tsconfig.base.json ./
COPY packages ./packages
RUN npx -y pnpm@12 install --frozen-lockfile \
 && npx -y pnpm@12 run build \
 && npx -y pnpm@12 --filter @signalbox/cli deploy --prod --legacy /app

FROM node:26-slim
ENV NODE_ENV=production
# All addresses of the container: what is published decides who reaches it. The console stays on loopback
# unless SIGNALBOX_CONSOLE_HOST says otherwise, which takes a token.
ENV SIGNALBOX_HTTP_HOST=0.0.0.0 SIGNALBOX_HTTP_PORT=8081
COPY --from=build --chown=root:root /app /app
# The project: signalbox.yaml and pipelines/ are mounted here; data/ and .signalbox/ are written here.
WORKDIR /project
RUN mkdir -p /project/data /project/.signalbox && chown -R node:node /project
# `node` of the image, as a number: Kubernetes cannot tell whether a name is root's.
USER 1000:1000
EXPOSE 8081
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.SIGNALBOX_HTTP_PORT + '/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The young generation has a fixed size: docs/decisions/0009-memory.md.
ENTRYPOINT ["node", "--max-semi-space-size=16", "/app/dist/main.js"]
CMD ["run"]
