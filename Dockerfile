# syntax=docker/dockerfile:1

# The production path of the README: npm install --omit=dev, then the compilation of npm start.
FROM node:24-slim AS build
# For sqlite3, where its prebuilt binary cannot be fetched.
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY service/package.json service/
RUN npm install --omit=dev --loglevel=error
COPY . .
RUN npm run --silent build:service

# Node.js comes with the image, and what is compiled needs no compiler.
FROM build AS pruned
RUN rm -rf node_modules/node node_modules/node-bin-* node_modules/typescript node_modules/.bin

# The package for n8n, as npm pack makes it. No types are installed here, and none are needed: the tests have checked them.
FROM build AS nodes
RUN node_modules/.bin/tsc -p tsconfig.json --noCheck --types null \
    && find nodes credentials -name '*.svg' -o -name '*.png' -o -name '*.json' | xargs cp --parents -t dist \
    && npm pack --silent && tar -xzf n8n-nodes-ticket-triage-*.tgz

FROM n8nio/n8n:2.41.1 AS n8n
COPY --from=nodes /app/package /opt/n8n-nodes-ticket-triage
COPY --chmod=755 deploy/n8n/start.sh /opt/start-n8n.sh
ENTRYPOINT ["tini", "--", "/opt/start-n8n.sh"]

FROM node:24-slim AS service
LABEL org.opencontainers.image.title="Ticket Triage" \
    org.opencontainers.image.description="Classifies help desk tickets and routes each to the right team's system" \
    org.opencontainers.image.source="https://github.com/ticket-triage/n8n-nodes-ticket-triage" \
    org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATABASE_URL=sqlite:/data/tickets.db
RUN install -d -o 1000 -g 1000 /data
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=pruned /app/node_modules node_modules
COPY --from=pruned /app/service/package.json service/
COPY --from=pruned /app/service/node_modules service/node_modules
COPY --from=pruned /app/service/build service/build
VOLUME /data
# `node`; as a number, so that Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not npm: the signal has to reach the service.
STOPSIGNAL SIGTERM
CMD ["node", "service/build/service/main.js"]
