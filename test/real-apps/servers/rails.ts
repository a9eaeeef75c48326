// Rails from Debian, in the smallest app that reads its settings from the environment as such apps do.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { debianRoot } from '../install.ts';
import type { RealApp } from '../real-app.ts';

const PACKAGES = [
  ...['ruby3.1', 'libruby3.1', 'ruby-rubygems', 'ruby-webrick', 'ruby-railties', 'ruby-actionpack', 'ruby-actionview'],
  ...['ruby-activesupport', 'ruby-builder', 'ruby-concurrent', 'ruby-crass', 'ruby-erubi', 'ruby-i18n', 'ruby-loofah'],
  ...['ruby-method-source', 'ruby-nokogiri', 'ruby-rack', 'ruby-rack-test', 'ruby-rails-dom-testing', 'racc'],
  ...['ruby-rails-deprecated-sanitizer', 'ruby-rails-html-sanitizer', 'ruby-thor', 'ruby-tzinfo', 'ruby-zeitwerk'],
  // What they link against and a slim image lacks.
  ...['libyaml-0-2', 'libxml2', 'libxslt1.1', 'libicu72'],
];

const SHOP = `
require 'logger'
require 'rails'
require 'action_controller/railtie'
require 'rack/handler/webrick'
class Shop < Rails::Application
  config.root = Dir.pwd
  config.eager_load = false
  config.logger = Logger.new(nil)
  config.secret_key_base = 'of-this-test-only'
  config.hosts.concat(ENV.fetch('RAILS_HOSTS', '').split(','))
  config.force_ssl = ENV['RAILS_FORCE_SSL'] == 'true'
  config.ssl_options = { redirect: { exclude: ->(request) { request.path == '/up' } } }
  routes.append do
    root to: ->(_) { [200, {}, ['ok']] }
    get '/up', to: ->(_) { [200, {}, ['ok']] }
  end
end
Shop.initialize!
Rack::Handler::WEBrick.run(Shop, Port: ARGV[0].to_i, Host: '127.0.0.1', AccessLog: [])
`;

const LIBRARIES = [
  ...['usr/lib/ruby/vendor_ruby', 'usr/lib/ruby/3.1.0', 'usr/share/rubygems-integration/all/gems/*/lib'],
  'usr/share/rubygems-integration/all/gems/concurrent-ruby-*/lib/concurrent-ruby',
  ...['gems/*/lib', 'extensions/*/*/*'].map((one) => `usr/lib/*/rubygems-integration/3.1.0/${one}`),
  ...['usr/lib/*/ruby/vendor_ruby/3.1.0', 'usr/lib/*/ruby/3.1.0'],
];

function rails(
  env: Readonly<Record<string, string>>,
  rest: Pick<RealApp, 'answers' | 'alarms' | 'missed' | 'host'>,
): RealApp {
  const set = Object.entries(env).map((one) => one.join('='));
  return {
    name: ['Rails 6.1', ...set, ...(rest.host === undefined ? [] : [`Host ${rest.host}`])].join(' '),
    pod: { image: 'registry.example/acme/shop:1.4.2', env: { RAILS_ENV: 'production', ...env } },
    port: 3000,
    ...rest,
    start: ({ port, write }) => {
      const root = debianRoot(PACKAGES);
      const libraries = LIBRARIES.flatMap((pattern) => globSync(pattern, { cwd: root })).map((one) => join(root, one));
      return {
        command: join(root, 'usr/bin/ruby3.1'),
        args: [write('shop.rb', SHOP), String(port)],
        env: {
          RAILS_ENV: 'production',
          RUBYLIB: libraries.join(':'),
          LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu'),
          ...env,
        },
      };
    },
  };
}

const FORCED = { RAILS_FORCE_SSL: 'true' };
const HOSTS = { RAILS_HOSTS: 'shop.example.com' };

export const RAILS_APPS: readonly RealApp[] = [
  rails({}, { answers: { '/': '200', '/up': '200' } }),
  rails(FORCED, {
    answers: { '/': '301 https', '/up': '200' },
    alarms: { '/up': 'config.ssl_options excludes the path' },
  }),
  rails(HOSTS, { answers: { '/': '403', '/up': '403' } }),
  rails(HOSTS, { host: 'shop.example.com', answers: { '/': '200' } }),
  rails({ ...FORCED, ...HOSTS }, { answers: { '/': '403' } }),
  rails({ ...FORCED, ...HOSTS }, { host: 'shop.example.com', answers: { '/': '301 https' } }),
];
