// Keycloak and Spring Boot from Maven Central, on the Java of the machine.
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mavenJar, mavenZip } from '../install.ts';
import type { Place, RealApp } from '../real-app.ts';

const KEYCLOAK = '26.7.3';
const SPRING_BOOT = '4.1.2';

type Env = Readonly<Record<string, string>>;
type Command = 'start' | 'start-dev';

/** It builds itself into the directory that it starts from. */
function ownKeycloak({ directory }: Place): string {
  const cached = mavenZip(`org.keycloak:keycloak-quarkus-dist:${KEYCLOAK}:zip`);
  const [name = ''] = readdirSync(cached);
  cpSync(join(cached, name), join(directory, 'keycloak'), { recursive: true });
  return join(directory, 'keycloak', 'bin', 'kc.sh');
}

/** Without an administrator it shows a page of welcome at /, 200, until somebody makes one. */
const ADMIN = { KC_BOOTSTRAP_ADMIN_USERNAME: 'admin', KC_BOOTSTRAP_ADMIN_PASSWORD: 'of-this-test-only' };

function keycloak(command: Command, env: Env, answers: RealApp['answers'], isManagement = false): RealApp {
  return {
    name: [
      `Keycloak ${KEYCLOAK}`,
      command,
      ...Object.entries(env).map((one) => one.join('=')),
      isManagement ? ':9000' : '',
    ].join(' '),
    pod: { image: `quay.io/keycloak/keycloak:${KEYCLOAK}`, args: [command], env },
    port: isManagement ? 9000 : 8080,
    answers,
    start: (place) => {
      const [main, management] = isManagement ? [place.spare, place.port] : [place.port, place.spare];
      const ports = ['--http-host=127.0.0.1', `--http-port=${main}`, `--http-management-port=${management}`];
      return { command: 'bash', args: [ownKeycloak(place), command, ...ports], env: { ...ADMIN, ...env } };
    },
  };
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>${SPRING_BOOT}</version>
    <relativePath/>
  </parent>
  <groupId>shop</groupId>
  <artifactId>shop</artifactId>
  <version>1</version>
  <properties><java.version>17</java.version></properties>
  <dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-webmvc</artifactId></dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-actuator</artifactId></dependency>
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId>
  </plugin></plugins></build>
</project>
`;

const SHOP = `package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Shop {
  public static void main(String[] args) {
    SpringApplication.run(Shop.class, args);
  }

  @GetMapping("/")
  String root() {
    return "ok";
  }
}
`;

interface Spring {
  readonly name: string;
  readonly env: Env;
  readonly answers: RealApp['answers'];
  readonly rest?: Pick<RealApp, 'missed' | 'alarms'>;
  /** The port that is asked is that of the actuator. */
  readonly isManagement?: boolean;
}

function springBoot({ name, env, answers, rest = {}, isManagement = false }: Spring): RealApp {
  return {
    name: `Spring Boot ${SPRING_BOOT}, ${name}`,
    pod: { image: 'registry.example/acme/shop:1.4.2', env },
    port: isManagement ? 8081 : 8080,
    answers,
    // Its first answer takes longer than the check waits where the machine has other things to do.
    starting: { path: '/', statuses: [0] },
    ...rest,
    start: (place) => {
      const [main, management] = isManagement ? [place.spare, place.port] : [place.port, place.spare];
      const jar = mavenJar({ 'pom.xml': POM, 'src/main/java/shop/Shop.java': SHOP });
      const ports = { SERVER_PORT: String(main), SERVER_ADDRESS: '127.0.0.1' };
      const own = env['MANAGEMENT_SERVER_PORT'] === undefined ? {} : { MANAGEMENT_SERVER_PORT: String(management) };
      const store = join(place.directory, 'keys.p12');
      const all = Object.entries({ ...env, ...ports, ...own }).map(([key, value]) => [
        key,
        value.replace('/tls/keys.p12', store),
      ]);
      const tool = [
        'keytool',
        '-genkeypair',
        '-alias',
        'a',
        '-keyalg',
        'EC',
        '-storetype',
        'PKCS12',
        '-dname',
        'CN=shop',
      ];
      const make = [...tool, '-storepass', 'changeit', '-keystore', store].join(' ');
      const isTls = 'SERVER_SSL_KEY_STORE' in env;
      const run = `exec java -jar ${jar}`;
      return { command: 'sh', args: ['-c', isTls ? `${make} && ${run}` : run], env: Object.fromEntries(all) };
    },
  };
}

const TLS = { SERVER_SSL_KEY_STORE: '/tls/keys.p12', SERVER_SSL_KEY_STORE_PASSWORD: 'changeit' };
const MANAGEMENT = { MANAGEMENT_SERVER_PORT: '8081' };

export const JAVA_APPS: readonly RealApp[] = [
  springBoot({ name: 'plain', env: {}, answers: { '/': '200', '/actuator/health': '200' } }),
  springBoot({ name: 'TLS', env: TLS, answers: { '/': '400', '/actuator/health': '400' } }),
  springBoot({ name: 'TLS that is off', env: { ...TLS, SERVER_SSL_ENABLED: 'false' }, answers: { '/': '200' } }),
  springBoot({
    name: 'TLS with a management port of its own',
    env: { ...TLS, ...MANAGEMENT },
    isManagement: true,
    answers: { '/actuator/health': '400' },
  }),
  springBoot({
    name: 'TLS with a plain management port',
    env: { ...TLS, ...MANAGEMENT, MANAGEMENT_SERVER_SSL_ENABLED: 'false' },
    isManagement: true,
    answers: { '/actuator/health': '200' },
  }),
  springBoot({
    name: 'a context path',
    env: { SERVER_SERVLET_CONTEXT_PATH: '/shop' },
    answers: { '/': '404', '/actuator/health': '404', '/shop/actuator/health': '200' },
  }),
  keycloak(
    'start-dev',
    { KC_HEALTH_ENABLED: 'true' },
    { '/': '302', '/health': '404', '/health/ready': '404', '/realms/master': '200' },
  ),
  keycloak('start-dev', { KC_HEALTH_ENABLED: 'true' }, { '/health/ready': '200' }, true),
  keycloak(
    'start',
    { KC_HOSTNAME: 'https://id.example.com', KC_HTTP_ENABLED: 'true' },
    { '/': '302 https', '/realms/master': '200' },
  ),
];
