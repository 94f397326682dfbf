export { postgresConnection } from "./connection.ts";
export { sqlSink } from "./sql.ts";
