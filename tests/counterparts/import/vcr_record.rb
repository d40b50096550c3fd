# Asks for what the plan on stdin says and has VCR record it.
#
# ARGV: the serializer (yaml or json), and `exact` where bodies are to be kept as base64.

require 'json'
require 'net/http'
require 'vcr'

serializer, exact = ARGV

VCR.configure do |config|
  config.hook_into :webmock
  config.allow_http_connections_when_no_cassette = false
  config.preserve_exact_body_bytes { exact == 'exact' }
end

JSON.parse($stdin.read).each do |conversation|
  folder, file = File.split(conversation['file'])
  VCR.configure { |config| config.cassette_library_dir = folder }
  VCR.use_cassette(File.basename(file, '.*'), serialize_with: serializer.to_sym, record: :all) do
    conversation['requests'].each do |request|
      uri = URI(conversation['url'])
      Net::HTTP.start(uri.host, uri.port, nil, read_timeout: 30) do |http|
        http.post(uri.path, request, 'content-type' => 'application/json')
      end
    end
  end
end
