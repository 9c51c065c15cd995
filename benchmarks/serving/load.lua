-- Asks one question again and again, each time under another name of one variable, so that no answer is kept.
-- Arguments: Accept, bytes that a right answer has, the first number, then the target in pieces between which the
-- number goes. Prints one line of JSON.
local worker

function setup(thread)
  worker = thread
end

function init(args)
  accept, expected, number = args[1], tonumber(args[2]), tonumber(args[3])
  pieces = {}
  for place = 4, #args do pieces[#pieces + 1] = args[place] end
  wrong, right = 0, 0
end

function request()
  number = number + 1
  return wrk.format("GET", table.concat(pieces, string.format("%09d", number)), { Accept = accept })
end

function response(status, headers, body)
  if status == 200 and #body == expected then right = right + 1 else wrong = wrong + 1 end
end

function done(summary, latency, requests)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print(string.format('{"right": %d, "wrong": %d, "errors": %d, "seconds": %.6f, "median": %.6f, "p99": %.6f}',
    worker:get("right"), worker:get("wrong"), errors, summary.duration / 1e6,
    latency:percentile(50) / 1e6, latency:percentile(99) / 1e6))
end
