// A client that OpenAPI Generator makes (typescript-fetch): each question is a method.
import { AttendanceApi, Configuration } from "./generated/index.js";

const api = new AttendanceApi(new Configuration({ basePath: process.argv[2] }));
const records = await api.membersNotAttending({ meeting: "ahg-som-07" });
console.log(JSON.stringify(records.map((record) => [record.agentLabel, record.certainty])));
