// The official TypeScript client of the Model Context Protocol over HTTP: prints what it gets, as one JSON object.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const client = new Client({ name: "test", version: "1" });
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2])));
const call = (name, given) => client.callTool({ name, arguments: given });
const { tools } = await client.listTools();
const { resources } = await client.listResources();
const found = {
  tools: tools.map((tool) => tool.name),
  answer: await call("members-not-attending", { meeting: "ahg-som-07" }),
  wrong: await call("members-not-attending", { meeting: "Atlantis" }),
  asked: await call("ask", { question: "Who was absent from the 7th SOM?" }),
  selected: await call("sparql", { query: "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }" }),
  refused: await call("sparql", { query: "DELETE WHERE { ?s ?p ?o }" }),
  resources: resources.slice(0, 5).map((resource) => resource.title),
  document: await client.readResource({ uri: resources[0].uri }),
  prompt: await client.getPrompt({ name: "attendance", arguments: { meeting: "ahg-som-05" } }),
  completed: await client.complete({
    ref: { type: "ref/prompt", name: "attendance" },
    argument: { name: "meeting", value: "Fifth Meeting" },
  }),
};
console.log(JSON.stringify(found));
await client.close();
