-- A bare platform server in Lua, with the module dkjson.
local json = require("dkjson")

local out = io.stdout -- the protocol's; what steps print goes to stderr
function print(text) io.stderr:write(tostring(text), "\n") end

local total, none = 0, setmetatable({}, { __jsontype = "array" })
local steps = {
    ["^adds (%d+)$"] = function(number) total = total + tonumber(number) end,
    ["^has (%d+)$"] = function(number)
        if total ~= tonumber(number) then error("the total is " .. total, 0) end
    end,
    ["^prints (.*)$"] = print,
    ["^shows its argument$"] = function(_, argument) return argument end,
}
local function execute(params)
    for pattern, step in pairs(steps) do
        local text = tostring(params.step):match(pattern)
        if text then
            local good, data = pcall(step, text, params.argument)
            if good then return { success = true, data = data, logs = none } end
            return { success = false, error = tostring(data), logs = none }
        end
    end
    return { success = false, status = "undefined", logs = none }
end
local function health() return { status = "ok" } end
local methods = { executeStep = execute, health = health }
for line in io.lines() do
    local request, _, bad = json.decode(line, 1, json.null)
    if not bad and not line:find("^%s*{") then request = { id = json.null } end
    if type(request) == "table" and request.id ~= nil then
        local answer = { jsonrpc = "2.0", id = request.id }
        local method = methods[request.method]
        if method then answer.result = method(request.params or {})
        else answer.error = { code = request.method and -32601 or -32600,
                              message = "no known method" } end
        out:write(json.encode(answer), "\n"):flush()
    end
end
