#!/usr/bin/env ruby
# A bare platform server in Ruby.
require 'json'
# The protocol keeps the pipe; what steps print goes to stderr.
OUT = $stdout.dup.tap { |out| out.sync = true }
$stdout.reopen($stderr)
$stdin.set_encoding('UTF-8')

total = 0
STEPS = {
  /\Aadds (\d+)\z/ => ->(number, _) { total += number.to_i },
  /\Ahas (\d+)\z/ => lambda do |number, _|
    raise "the total is #{total}" unless total == number.to_i
  end,
  /\Aprints (.*)\z/m => ->(text, _) { puts text },
  /\Ashows its argument\z/ => ->(_, argument) { argument }
}.freeze

def execute(params)
  pattern, step = STEPS.find { |candidate, _| candidate.match?(params['step']) }
  return { success: false, status: 'undefined', logs: [] } unless step
  data = step.call(pattern.match(params['step'])[1], params['argument'])
  { success: true, data: data.is_a?(Hash) ? data : nil, logs: [] }
rescue StandardError => e
  { success: false, error: e.message, logs: [] }
end

$stdin.each_line do |line|
  request = JSON.parse(line) rescue next
  request = { 'id' => nil } unless request.is_a?(Hash)
  next unless request.key?('id')

  answer = case request['method']
           when 'executeStep' then { result: execute(request['params']) }
           when 'health' then { result: { status: 'ok' } }
           when nil then { error: { code: -32_600, message: 'no request' } }
           else { error: { code: -32_601, message: 'unknown method' } }
           end
  OUT.puts JSON.generate({ jsonrpc: '2.0', id: request['id'] }.merge(answer))
end
