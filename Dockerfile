# Three stages: compile with everything, install what runs, ship only that. Check the steps without Docker by running the
# same commands: npm ci && npm run build, then npm ci --omit=dev in a copy, then node dist/main.js --version.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY policies ./policies
# The numeric id lets Kubernetes check runAsNonRoot; it is the user "node" of the image.
USER 1000
EXPOSE 10250 8080
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve"]
