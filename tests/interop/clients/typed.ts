// A client of the types that openapi-typescript makes: the compiler checks names, parameters and fields.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const client = createClient<paths, "application/json">({ baseUrl: process.argv[2] });
const { data } = await client.GET("/queries/members-not-attending", {
  params: { query: { meeting: "ahg-som-07" } },
});
console.log(JSON.stringify(data!.map((record) => [record.agentLabel, record.certainty])));
