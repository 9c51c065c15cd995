-- Asks one query again and again, each time with another number in it, so that no kept answer serves and no two clients
-- ask the same at once.
local n, wrong = 0, 0
function request()
  n = n + 1
  return wrk.format("GET", "/sparql?query=" .. (QUERY:gsub("NUMBER", tostring(n))))
end
function init(args)
  QUERY = args[1]
  wrk.headers["Accept"] = "text/csv"
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests": %d, "seconds": %f, "wrong": %d, "median": %f, "slowest": %f}\n',
    summary.requests, summary.duration / 1e6, e.status + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
