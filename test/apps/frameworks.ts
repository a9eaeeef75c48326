// What has no image of its own: names of variables and flags are its only signal.
import { type CasesById, httpProbe, httpsProbe } from './cases.ts';

const IMAGE = 'registry.example/acme/shop:1.4.2';
const NO_EXEMPTION = '301 to HTTPS unless SECURE_REDIRECT_EXEMPT names the path';
const NOT_EXCLUDED = '301 to HTTPS unless config.ssl_options excludes the path';
const ASPNET = '307 to HTTPS unless the app does not call UseHttpsRedirection';

export const FRAMEWORKS: CasesById = {
  django: {
    is: {
      DJANGO_SECURE_SSL_REDIRECT: [
        { image: IMAGE, env: { DJANGO_SECURE_SSL_REDIRECT: 'True' } },
        { '8000 /': '301 to HTTPS', '8000 /healthz': NO_EXEMPTION },
      ],
      SECURE_SSL_REDIRECT: [{ image: IMAGE, env: { SECURE_SSL_REDIRECT: '1' } }, { '8000 /': '301 to HTTPS' }],
      'SECURE_SSL_REDIRECT, while a Secret brings other variables': [
        { image: IMAGE, env: { SECURE_SSL_REDIRECT: 'true' }, envFrom: [{ secretRef: { name: 'shop' } }] },
        { '8000 /': '301 to HTTPS' },
      ],
      'a list of hosts, also with the redirect': [
        { image: IMAGE, env: { SECURE_SSL_REDIRECT: 'True', DJANGO_ALLOWED_HOSTS: 'shop.example.com' } },
        { '8000 /healthz': "400 unless the app adds the Pod's address to ALLOWED_HOSTS" },
      ],
      'a list of hosts by its common name': [
        { image: IMAGE, env: { DJANGO_SETTINGS_MODULE: 'shop.settings', ALLOWED_HOSTS: 'shop.example.com' } },
        { '8000 /': "400 unless the app adds the Pod's address to ALLOWED_HOSTS" },
      ],
      'a redirect to another host': [
        { image: IMAGE, env: { SECURE_SSL_REDIRECT: 'True', SECURE_SSL_HOST: 'shop.example.com' } },
        { '8000 /': '301 to HTTPS' },
      ],
      'switched off': [{ image: IMAGE, env: { SECURE_SSL_REDIRECT: 'False' } }, { '8000 /': 'nothing' }],
      'from a ConfigMap that is not known': [
        { image: IMAGE, envFrom: [{ configMapRef: { name: 'shop' } }] },
        { '8000 /': 'nothing' },
      ],
    },
    isNot: {
      'a similar name': { image: IMAGE, env: { SECURE_SSL_HOST: 'true', SSL_REDIRECT: 'true' } },
      'an app that is known by its image': { image: 'grafana/grafana:11.4.0', env: { SECURE_SSL_REDIRECT: 'true' } },
    },
  },
  rails: {
    is: {
      RAILS_FORCE_SSL: [
        { image: IMAGE, env: { RAILS_FORCE_SSL: 'true' } },
        { '3000 /': '301 to HTTPS', '3000 /up': NOT_EXCLUDED },
      ],
      'FORCE_SSL beside a name of Rails': [
        { image: IMAGE, env: { FORCE_SSL: '1', RAILS_ENV: 'production' } },
        { '3000 /': '301 to HTTPS' },
      ],
      'a list of hosts': [
        { image: IMAGE, env: { RAILS_ENV: 'production', RAILS_HOSTS: 'shop.example.com' } },
        { '3000 /up': '403 unless config.hosts does not come from RAILS_HOSTS, or excludes the path' },
      ],
      'switched off': [{ image: IMAGE, env: { FORCE_SSL: 'false' } }, { '3000 /': 'nothing' }],
    },
    isNot: {
      'production alone': { image: IMAGE, env: { RAILS_ENV: 'production', APP_URL: 'https://x' } },
      'Express with FORCE_SSL': {
        image: 'registry.example/acme/express:1',
        env: { FORCE_SSL: 'true', NODE_ENV: 'production' },
      },
    },
  },
  aspnetcore: {
    is: {
      ASPNETCORE_HTTPS_PORT: [{ image: IMAGE, env: { ASPNETCORE_HTTPS_PORT: '443' } }, { '8080 /healthz': ASPNET }],
      DOTNET_HTTPS_PORT: [{ image: IMAGE, env: { DOTNET_HTTPS_PORT: '443' } }, { '8080 /': ASPNET }],
      ANCM_HTTPS_PORT: [{ image: IMAGE, env: { ANCM_HTTPS_PORT: '443' } }, { '8080 /': ASPNET }],
      ASPNETCORE_HTTPS_PORTS: [{ image: IMAGE, env: { ASPNETCORE_HTTPS_PORTS: '8081' } }, { '8080 /': ASPNET }],
      'HTTPS_PORT beside another name of ASP.NET Core': [
        { image: IMAGE, env: { HTTPS_PORT: '443', ASPNETCORE_ENVIRONMENT: 'Production' } },
        { '8080 /': ASPNET },
      ],
      'ASPNETCORE_URLS with https': [
        { image: IMAGE, env: { ASPNETCORE_URLS: 'http://+:80;https://+:443' } },
        { '80 /': ASPNET },
      ],
      'an end point of Kestrel': [
        { image: IMAGE, env: { Kestrel__Endpoints__Https__Url: 'https://*:8443' } },
        { '8080 /': ASPNET },
      ],
      'an end point of Kestrel without TLS': [
        { image: IMAGE, env: { Kestrel__Endpoints__Web__Url: 'http://*:8080' } },
        { '8080 /': 'nothing' },
      ],
      'https by --urls': [
        { image: IMAGE, args: ['--urls=http://*:80;https://*:443'], env: { ASPNETCORE_ENVIRONMENT: 'Production' } },
        { '80 /': ASPNET },
      ],
      'plain HTTP only': [
        { image: IMAGE, env: { ASPNETCORE_URLS: 'http://+:80', ASPNETCORE_HTTP_PORTS: '8080' } },
        { '80 /': 'nothing' },
      ],
    },
    isNot: { 'HTTPS_PORT alone, which any program may have': { image: IMAGE, env: { HTTPS_PORT: '8443' } } },
  },
  'spring-boot': {
    is: {
      SERVER_SSL_ENABLED: [
        { image: IMAGE, env: { SERVER_SSL_ENABLED: 'true' } },
        { '8080 /': '400 TLS only', '8080 /actuator/health': '400 TLS only' },
      ],
      SERVER_SSL_KEY_STORE: [{ image: IMAGE, env: { SERVER_SSL_KEY_STORE: '/x.p12' } }, { '8080 /': '400 TLS only' }],
      SERVER_SSL_KEYSTORE: [{ image: IMAGE, env: { SERVER_SSL_KEYSTORE: '/x.p12' } }, { '8080 /': '400 TLS only' }],
      SERVER_SSL_BUNDLE: [{ image: IMAGE, env: { SERVER_SSL_BUNDLE: 'web' } }, { '8080 /': '400 TLS only' }],
      SERVER_SSL_CERTIFICATE: [
        { image: IMAGE, env: { SERVER_SSL_CERTIFICATE: '/tls.crt' } },
        { '8080 /': '400 TLS only' },
      ],
      'a system property': [
        { image: IMAGE, env: { JAVA_TOOL_OPTIONS: '-Xmx1g', JAVA_OPTS: '-Dserver.ssl.key-store=/x.p12' } },
        { '8080 /': '400 TLS only' },
      ],
      'an argument': [{ image: IMAGE, args: ['--server.ssl.key-store=/x.p12'] }, { '8080 /': '400 TLS only' }],
      'switched off, whatever the key store': [
        { image: IMAGE, env: { SERVER_SSL_ENABLED: 'false', SERVER_SSL_KEY_STORE: '/x.p12' } },
        { '8080 /': 'nothing' },
      ],
      'with a management port of its own': [
        { image: IMAGE, env: { SERVER_SSL_ENABLED: 'true', MANAGEMENT_SERVER_PORT: '8081' } },
        { '8080 /': '400 TLS only', '8081 /actuator/health': '400 TLS only' },
      ],
      'with a management port of its own that is plain': [
        {
          image: IMAGE,
          env: { SERVER_SSL_ENABLED: 'true', MANAGEMENT_SERVER_PORT: '8081', MANAGEMENT_SERVER_SSL_ENABLED: 'false' },
        },
        { '8080 /': 'nothing', '8081 /actuator/health': '200 unless this port is the main one' },
      ],
      'below a context path': [
        { image: IMAGE, env: { SERVER_SERVLET_CONTEXT_PATH: '/shop' } },
        { '8080 /': '404', '8080 /actuator/health': '404', '8080 /shop/actuator/health': 'nothing' },
      ],
      'with a context path that is none': [
        { image: IMAGE, env: { SERVER_SERVLET_CONTEXT_PATH: '/' } },
        { '8080 /': 'nothing' },
      ],
      'other options of Java': [{ image: IMAGE, env: { JAVA_TOOL_OPTIONS: '-Xmx1g' } }, { '8080 /': 'nothing' }],
    },
    isNot: { 'other settings of the server': { image: IMAGE, env: { SERVER_PORT: '8443' } } },
  },
  'flask-talisman': {
    is: {
      TALISMAN_FORCE_HTTPS: [
        { image: IMAGE, env: { TALISMAN_FORCE_HTTPS: 'true' } },
        {
          '5000 /': '302 to HTTPS',
          '5000 /healthz': '302 to HTTPS unless the view has talisman(force_https=False)',
        },
      ],
      'switched off': [{ image: IMAGE, env: { TALISMAN_FORCE_HTTPS: 'false' } }, { '5000 /': 'nothing' }],
    },
    isNot: {
      'Talisman that forces nothing, as in Superset': { image: IMAGE, env: { TALISMAN_ENABLED: 'true' } },
      'Redash, which exempts /ping': { image: IMAGE, env: { REDASH_ENFORCE_HTTPS: 'true' } },
    },
  },
  'go-tls': {
    is: {
      'a certificate and an HTTPS probe on that port': [
        { image: IMAGE, args: ['--tls-cert-file=/tls.crt'], readinessProbe: httpsProbe(8443, '/healthz') },
        { '8443 /': '400 TLS only', '8080 /': 'nothing' },
      ],
      'other flags of that meaning': [
        { image: IMAGE, args: ['--tls.cert', '/tls.crt'], readinessProbe: httpsProbe(8443) },
        { '8443 /': '400 TLS only' },
      ],
      'a certificate, and a probe over plain HTTP': [
        { image: IMAGE, args: ['--tls-private-key-file=/tls.key'], readinessProbe: httpProbe(8081) },
        { '8443 /': 'nothing', '8081 /': 'nothing' },
      ],
    },
    isNot: { 'an HTTPS probe alone': { image: IMAGE, readinessProbe: httpsProbe(8443) } },
  },
};
