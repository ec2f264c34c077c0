# Stores users.
require "json"
require_relative "db/client"

module Shop
  # Keeps them.
  class Store < Base::Thing
    include Enumerable
    attr_reader :size
    # Looks one up.
    def find(name, limit = 10, *rest, strict: true, key:, **options, &block)
      client = Client.new(name)
      client.query(name).first
    end
    def self.open(path) = new(path)
    class << self
      def close; end
    end
  end
end
def helper; end
