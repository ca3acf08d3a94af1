require "cgi"
require "csv"
require "erb"
require "json"
require "pp"
require "shellwords"
require "uri"
require "yaml"
VALUES = ENV.keys.grep(/^PLANTED_/).sort.map { |name| ENV[name].dup.force_encoding("UTF-8") }
{
  "ruby inspect" => ->(value) { value.inspect },
  "ruby dump" => ->(value) { value.dump },
  "ruby inspect of bytes" => ->(value) { value.b.inspect },
  "ruby to_json" => ->(value) { { token: value }.to_json },
  "ruby JSON script_safe" => ->(value) { JSON.generate([value], script_safe: true) },
  "ruby Regexp.escape" => ->(value) { Regexp.escape(value) },
  "ruby Shellwords" => ->(value) { value.shellescape },
  "ruby CGI.escape" => ->(value) { CGI.escape(value) },
  "ruby CGI.escapeHTML" => ->(value) { CGI.escapeHTML(value) },
  "ruby ERB url_encode" => ->(value) { ERB::Util.url_encode(value) },
  "ruby YAML" => ->(value) { { "token" => value }.to_yaml },
  "ruby CSV" => ->(value) { [value, "b"].to_csv },
  "ruby pp" => ->(value) { PP.pp({ "deep" => [{ "token" => value }] }, +"") },
  "ruby URI.encode_www_form" => ->(value) { URI.encode_www_form(token: value) },
  "ruby exception" => ->(value) { ArgumentError.new(value).inspect },
}.each do |name, write|
  puts "\n== #{name}"
  VALUES.each { |value| puts write.call(value) }
end
