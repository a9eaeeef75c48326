// What builds and deploys.
import { type CasesById, httpProbe, httpsProbe } from './cases.ts';

const ARGO_CD = 'quay.io/argoproj/argocd:v3.4.5';

export const DELIVERY: CasesById = {
  'argocd-server': {
    is: {
      'the stock Pod': [
        { image: ARGO_CD, args: ['/usr/local/bin/argocd-server'] },
        { '8080 /healthz': '307 to HTTPS', '8080 /': '307 to HTTPS', '8083 /metrics': '200' },
      ],
      'an old one, started by command': [
        { image: 'argoproj/argocd:v1.8.7', command: ['argocd-server'] },
        { '8080 /healthz': '307 to HTTPS' },
      ],
      'an old one, to which the variable says nothing': [
        { image: 'argoproj/argocd:v1.8.7', command: ['argocd-server'], env: { ARGOCD_SERVER_INSECURE: 'true' } },
        { '8080 /healthz': '307 to HTTPS' },
      ],
      'with --insecure': [{ image: ARGO_CD, args: ['argocd-server', '--insecure'] }, { '8080 /healthz': '200' }],
      'with the variable': [
        { image: ARGO_CD, args: ['argocd-server'], env: { ARGOCD_SERVER_INSECURE: 'True' } },
        { '8080 /healthz': '200', '8080 /': '200' },
      ],
      'with the variable set to 1, which is not enough': [
        { image: ARGO_CD, args: ['argocd-server'], env: { ARGOCD_SERVER_INSECURE: '1' } },
        { '8080 /healthz': '307 to HTTPS' },
      ],
      'with a root path': [
        { image: ARGO_CD, args: ['argocd-server', '--rootpath', '/argocd'] },
        { '8080 /healthz': '200', '8080 /': '404' },
      ],
      'with a root path before there was one': [
        { image: 'argoproj/argocd:v1.0.0', command: ['argocd-server', '--rootpath', '/argocd'] },
        { '8080 /healthz': '307 to HTTPS' },
      ],
    },
    isNot: {
      'the repository server': { image: ARGO_CD, args: ['/usr/local/bin/argocd-repo-server'] },
      'the application controller': { image: ARGO_CD, args: ['argocd-application-controller'] },
      'the applicationset controller': { image: ARGO_CD, args: ['argocd-applicationset-controller'] },
      'the commit server': { image: ARGO_CD, args: ['argocd-commit-server'] },
      'the notifications controller': { image: ARGO_CD, args: ['argocd-notifications'] },
      "Argo CD's dex": { image: 'ghcr.io/dexidp/dex:v2.43.0', command: ['/shared/argocd-dex', 'rundex'] },
      "Argo CD's redis": { image: 'redis:7.2.7-alpine', args: ['--save', ''] },
      'the repository server in a flattened mirror': {
        image: 'registry.example/platform/argocd:v3.4.5',
        args: ['argocd-repo-server'],
      },
      'the same name elsewhere': { image: 'registry.example/acme/my-argocd:1', args: ['argocd-server'] },
    },
  },
  'argocd-applicationset': {
    is: {
      'the stock Pod': [
        { image: ARGO_CD, args: ['/usr/local/bin/argocd-applicationset-controller'] },
        { '7000 /': '400', '7000 /api/webhook': '400', '8080 /metrics': '200', '8080 /healthz': 'nothing' },
      ],
    },
    isNot: {
      'the server': { image: ARGO_CD, args: ['argocd-server'] },
      'a container of another name that names no program': { image: ARGO_CD, name: 'main' },
    },
  },
  'argo-server': {
    is: {
      'the stock Pod': [
        { image: 'quay.io/argoproj/argocli:v3.6.2', args: ['server'], readinessProbe: httpsProbe(2746) },
        { '2746 /': '400 TLS only' },
      ],
      'a version that cannot be read, with an HTTPS probe': [
        { image: 'quay.io/argoproj/argocli:latest', args: ['server'], readinessProbe: httpsProbe(2746) },
        { '2746 /': '400 TLS only' },
      ],
      'a version that cannot be read': [
        { image: 'quay.io/argoproj/argocli:latest', args: ['server'] },
        { '2746 /': 'nothing' },
      ],
      'before 3.0': [{ image: 'argoproj/argocli:v2.12.0', args: ['server'] }, { '2746 /': 'nothing' }],
      'as the chart of argo-helm has it': [
        { image: 'quay.io/argoproj/argocli:v3.6.2', args: ['server', '--secure=false'] },
        { '2746 /': '200' },
      ],
      'with ARGO_SECURE=false': [
        { image: 'quay.io/argoproj/argocli:v3.6.2', args: ['server'], env: { ARGO_SECURE: 'false' } },
        { '2746 /': '200' },
      ],
    },
    isNot: {
      'the workflow controller': { image: 'quay.io/argoproj/workflow-controller:v3.6.2', command: ['server'] },
      'another subcommand': { image: 'quay.io/argoproj/argocli:v3.6.2', args: ['submit', '--watch'] },
    },
  },
  'weave-gitops': {
    is: {
      'the chart with a certificate': [
        {
          image: 'ghcr.io/weaveworks/wego-app:v0.38.0',
          args: ['--tls-cert-file', '/tls/tls.crt', '--tls-private-key-file=/tls/tls.key'],
          readinessProbe: httpsProbe(9001),
        },
        { '9001 /': '400 TLS only' },
      ],
      'the chart as it comes': [
        { image: 'ghcr.io/weaveworks/wego-app:v0.38.0', args: ['--log-level', 'info', '--insecure'] },
        { '9001 /': '200' },
      ],
      'a certificate that --insecure leaves unread': [
        { image: 'ghcr.io/weaveworks/gitops-server:v0.38.0', args: ['--insecure', '--tls-cert-file=/tls/tls.crt'] },
        { '9001 /': '200' },
      ],
    },
    isNot: { 'the command line': { image: 'ghcr.io/weaveworks/gitops:v0.38.0', args: ['--insecure'] } },
  },
  'tekton-dashboard-old': {
    is: {
      'the last that says 204': [
        { image: 'gcr.io/tekton-releases/github.com/tektoncd/dashboard/cmd/dashboard:v0.5.0@sha256:abc' },
        { '9097 /readiness': '204', '9097 /': '200' },
      ],
    },
    isNot: {
      'the first that says 200': { image: 'gcr.io/tekton-releases/github.com/tektoncd/dashboard/cmd/dashboard:v0.5.1' },
      'a version that cannot be read': { image: 'ghcr.io/tektoncd/dashboard@sha256:abc' },
    },
  },
  jenkins: {
    is: {
      'the stock Pod': [
        { image: 'jenkins/jenkins:2.504.1-jdk21', readinessProbe: httpProbe(8080, '/login') },
        { '8080 /login': '200', '8080 /': '403 unless Jenkins lets anonymous users read', '8080 /blue': '302' },
      ],
      'with a prefix': [
        { image: 'jenkins/jenkins:2.504.1', env: { JENKINS_OPTS: '--sessionTimeout=5 --prefix=/jenkins' } },
        { '8080 /login': 'nothing', '8080 /': 'nothing', '8080 /jenkins/login': 'nothing' },
      ],
      'with other options': [
        { image: 'jenkins/jenkins:2.504.1', env: { JENKINS_OPTS: '--sessionTimeout=5' } },
        { '8080 /login': '200' },
      ],
    },
    isNot: {
      'an agent': { image: 'jenkins/inbound-agent:3206' },
      'a private image of that name': { image: 'registry.example/acme/jenkins:1' },
    },
  },
  harbor: {
    is: {
      'nginx with TLS': [
        { image: 'goharbor/nginx-photon:v2.12.0', readinessProbe: httpsProbe(8443) },
        { '8080 /': '301 to HTTPS', '8443 /': '400 TLS only' },
      ],
      'nginx without': [
        { image: 'goharbor/nginx-photon:v2.12.0', readinessProbe: httpProbe(8080) },
        { '8080 /': '200' },
      ],
    },
    isNot: {
      'the core': { image: 'goharbor/harbor-core:v2.12.0', readinessProbe: httpProbe(8080, '/api/v2.0/ping') },
      'the portal': { image: 'goharbor/harbor-portal:v2.12.0' },
      'any nginx of bitnami': { image: 'bitnami/nginx:1.27.3', readinessProbe: httpsProbe(8443) },
      nginx: { image: 'nginx:1.27', readinessProbe: httpsProbe(8443) },
    },
  },
  'gitlab-webservice': {
    is: {
      'omnibus without a whitelist': [
        { image: 'gitlab/gitlab-ce:17.5.1-ce.0', env: { GITLAB_OMNIBUS_CONFIG: "external_url 'http://x'" } },
        { '80 /-/readiness': "404 unless gitlab.rb whitelists Google's ranges", '80 /': '302' },
      ],
      'omnibus with one': [
        {
          image: 'gitlab/gitlab-ee:17.5.1-ee.0',
          env: { GITLAB_OMNIBUS_CONFIG: "gitlab_rails['monitoring_whitelist'] = ['0.0.0.0/0']" },
        },
        { '80 /-/readiness': 'nothing' },
      ],
      'omnibus whose configuration is in a Secret': [
        { image: 'gitlab/gitlab-ce:17.5.1-ce.0', envFrom: [{ secretRef: { name: 'gitlab' } }] },
        { '80 /-/readiness': 'nothing' },
      ],
    },
    isNot: {
      'the webservice of the chart, whose whitelist is in a file': {
        image: 'registry.gitlab.com/gitlab-org/build/cng/gitlab-webservice-ee:v17.5.1',
      },
      'a runner': { image: 'gitlab/gitlab-runner:v17.5.1' },
    },
  },
  gitea: {
    is: {
      'the stock Pod': [
        { image: 'docker.gitea.com/gitea:1.24.2-rootless' },
        { '3000 /api/healthz': '200', '3000 /': '200 unless its landing page is the login' },
      ],
      'that wants a login': [
        { image: 'gitea/gitea:1.22.0', env: { GITEA__service__REQUIRE_SIGNIN_VIEW: 'true' } },
        { '3000 /api/healthz': '200', '3000 /': '303' },
      ],
      'that speaks TLS': [
        { image: 'codeberg.org/forgejo/forgejo:9', env: { GITEA__server__PROTOCOL: 'https' } },
        { '3000 /api/healthz': '400 TLS only' },
      ],
      'an image of its own': [
        { image: 'registry.example/acme/git:1', env: { GITEA__server__PROTOCOL: 'https' } },
        { '3000 /api/healthz': '400 TLS only' },
      ],
    },
    isNot: {
      'the name under another owner': { image: 'acme/gitea:1', env: { GITEA__service__REQUIRE_SIGNIN_VIEW: 'true' } },
      'its runner': { image: 'gitea/act_runner:0.2.11' },
    },
  },
  coder: {
    is: {
      'old, with the redirect': [
        {
          image: 'ghcr.io/coder/coder:v2.7.1',
          env: { CODER_REDIRECT_TO_ACCESS_URL: 'true', CODER_ACCESS_URL: 'https://coder.example.com' },
        },
        { '8080 /healthz': '307 to HTTPS' },
      ],
      'old, with the redirect to plain HTTP': [
        { image: 'ghcr.io/coder/coder:v2.7.1', env: { CODER_REDIRECT_TO_ACCESS_URL: 'true' } },
        { '8080 /healthz': '307' },
      ],
      'old, without': [{ image: 'ghcr.io/coder/coder:v2.7.1' }, { '8080 /healthz': 'nothing' }],
    },
    isNot: {
      'with the fix': { image: 'ghcr.io/coder/coder:v2.9.0', env: { CODER_REDIRECT_TO_ACCESS_URL: 'true' } },
      'a version that cannot be read': {
        image: 'ghcr.io/coder/coder:latest',
        env: { CODER_REDIRECT_TO_ACCESS_URL: 'true' },
      },
    },
  },
  'jfrog-xray': {
    is: {
      'the old chart': [
        { image: 'docker.bintray.io/jfrog/xray-server:2.11.4' },
        { '8000 /': '301', '8000 /api/v1/system/ping': '200' },
      ],
    },
    isNot: {
      'a newer one': { image: 'releases-docker.jfrog.io/jfrog/xray-server:3.104.8' },
      'the indexer beside it': { image: 'docker.bintray.io/jfrog/xray-indexer:2.11.4' },
    },
  },
};
