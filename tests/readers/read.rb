# Reads every file named in the arguments; prints {file: {key: value}}.
require "dotenv"
require "json"

read = {}
ARGV.each do |file|
  begin
    read[File.basename(file)] = Dotenv::Parser.call(File.read(file), true)
  rescue StandardError, ScriptError
    next # a reader may refuse a file; then it reads nothing
  end
end
print JSON.generate(read)
