import { type ComponentContext, defineConnection, secret } from "@signalbox/core";
import type { PoolConfig } from "pg";
import { z } from "zod";
import { createPostgresPool } from "./pool.ts";

const tls = z.strictObject({
  ca: z.string().optional().describe("Certificates (PEM) of the authorities to trust: `${file:certs/ca.pem}`."),
  cert: z.string().optional().describe("Our certificate (PEM), for servers that ask for one."),
  key: secret().optional().describe("The private key (PEM) of `cert`."),
  rejectUnauthorized: z.boolean().default(true).describe("`false` trusts any certificate: for trying out only."),
});

const schema = z
  .strictObject({
    url: secret()
      .refine(
        (text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol),
        "is not a postgres:// URL",
      )
      .optional()
      .describe("Address of the database, with user and password. By default a database of this project's own."),
    tls: tls.optional().describe("Encrypts the connection, with these certificates and this trust."),
    maxConnections: z.int().min(1).max(1_000).default(10).describe("How many connections are open at most."),
  })
  .refine((config) => config.tls === undefined || config.url !== undefined, {
    message: "`tls` belongs to a `url`",
    path: ["tls"],
  });

type PostgresConfig = z.output<typeof schema>;

export const postgresConnection = defineConnection({
  name: "postgres",
  summary: "A PostgreSQL database: what `sql` sinks write to and lists of devices are read from.",
  description: `
Declared under \`connections:\` in signalbox.yaml and named by those who use it. Its connections are a pool that all of them
share; a connection that breaks is replaced at the next use.

Without \`url\` it is a database of this project's own: the one of the store where that is PostgreSQL, else an embedded one
in the project folder. That is enough for a pipeline to keep tables of its own; use a \`url\` where others read them too.
`,
  schema,
  examples: [
    { title: "From the environment", yaml: `postgres: { url: "\${DATABASE_URL}" }` },
    { title: "The project's own database", yaml: "postgres: {}" },
    {
      title: "Encrypted, with the server's authority",
      yaml: `postgres:
  url: "\${WAREHOUSE_URL}"
  tls: { ca: "\${file:certs/warehouse-ca.pem}" }
  maxConnections: 4`,
    },
  ],
  create: (config, context) =>
    createPostgresPool({
      name: context.name,
      log: context.log,
      maxConnections: config.maxConnections,
      findServer: () => findServer(config, context),
    }),
});

function findServer({ url, tls }: PostgresConfig, context: ComponentContext): Promise<PoolConfig> {
  if (url === undefined) return context.services.localDatabase();
  const ssl = Object.fromEntries(Object.entries(tls ?? {}).filter(([, value]) => value !== undefined));
  return Promise.resolve({ connectionString: url, ...(tls === undefined ? {} : { ssl }) });
}
