-- Stores users.
local json = require("json")
local Store = {}
-- Looks one up.
function Store.find(name, limit, ...)
  local client = Client.new(name)
  return client:query(name):first()
end
function Store:size() return #self end
local function helper(x) return x end
local twice = function(x) return x.go() end
function top() end
