// What is in front of others, and what runs them.
import { type CasesById, httpProbe, httpsProbe } from './cases.ts';

const ROUTED = '404 unless a VirtualService answers / with 200';

export const GATEWAYS: CasesById = {
  traefik: {
    is: {
      'the chart with a redirection': [
        {
          image: 'docker.io/traefik:v3.2.1',
          args: ['--entryPoints.web.address=:8000/tcp', '--entryPoints.web.http.redirections.entryPoint.to=:443'],
          readinessProbe: httpProbe(8080, '/ping'),
        },
        { '8000 /': '301 to HTTPS', '8000 /ping': '301 to HTTPS', '8080 /ping': 'nothing' },
      ],
      'an image of its own, written as in the documentation': [
        { image: 'acme/edge:1', args: ['--entrypoints.web.http.redirections.entrypoint.to=websecure'] },
        { '80 /': '301 to HTTPS' },
      ],
      'a redirection by variables, of an entry point of another name': [
        {
          image: 'traefik:v3.2.1',
          env: { TRAEFIK_ENTRYPOINTS_HTTP_HTTP_REDIRECTIONS_ENTRYPOINT_TO: 'https' },
        },
        { '8000 /': '301 to HTTPS' },
      ],
      'a redirection that is not permanent': [
        {
          image: 'traefik:v3.2.1',
          args: [
            '--ENTRYPOINTS.http.http.redirections.ENTRYPOINT.to=https',
            '--entrypoints.http.http.redirections.entrypoint.permanent=false',
          ],
        },
        { '80 /': '302 to HTTPS' },
      ],
      'with ping on the same entrypoint': [
        {
          image: 'traefik:v3.2.1',
          args: ['--entrypoints.web.http.redirections.entryPoint.to=websecure', '--ping.entryPoint=web'],
        },
        { '8000 /ping': '200', '8000 /': '301 to HTTPS' },
      ],
      'without a redirection': [
        { image: 'traefik:v3.2.1' },
        { '8000 /': '404 unless a router answers / with 200', '8000 /ping': 'nothing' },
      ],
    },
    isNot: { 'another proxy': { image: 'envoyproxy/envoy:v1.32.0' } },
  },
  kong: {
    is: {
      'the stock Pod': [
        { image: 'kong/kong-gateway:3.8', readinessProbe: httpProbe(8100, '/status/ready') },
        { '8000 /': '404 unless a Route of Kong answers / with 200', '8000 /x': 'nothing', '8100 /': 'nothing' },
      ],
    },
    isNot: { 'its controller': { image: 'kong/kubernetes-ingress-controller:3.3' } },
  },
  'istio-ingressgateway': {
    is: {
      'the stock Pod': [
        {
          image: 'docker.io/istio/proxyv2:1.24.0',
          name: 'istio-proxy',
          args: ['proxy', 'router', '--domain', 'x'],
          readinessProbe: httpProbe(15021, '/healthz/ready'),
        },
        { '8080 /': ROUTED, '80 /': ROUTED, '15021 /healthz/ready': '200', '8443 /': 'nothing' },
      ],
      'a gateway that injection will complete': [{ image: 'auto', name: 'istio-proxy' }, { '80 /': ROUTED }],
    },
    isNot: {
      'a sidecar': { image: 'docker.io/istio/proxyv2:1.24.0', name: 'istio-proxy', args: ['proxy', 'sidecar'] },
      'the control plane': { image: 'docker.io/istio/pilot:1.24.0' },
      'another image called auto': { image: 'auto', name: 'web' },
    },
  },
  'ingress-nginx': {
    is: {
      'the stock Pod': [
        {
          image: 'registry.k8s.io/ingress-nginx/controller:v1.11.3@sha256:abc',
          args: ['/nginx-ingress-controller'],
          readinessProbe: httpProbe(10254, '/healthz'),
        },
        {
          '80 /': '404 unless an Ingress without a host answers / with 200',
          '80 /healthz': '200',
          '10254 /healthz': '200',
        },
      ],
    },
    isNot: {
      'its certificate job': { image: 'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.4.4' },
      'the controller of NGINX Inc.': { image: 'nginx/nginx-ingress:3.7' },
    },
  },
  consul: {
    is: {
      'with the UI': [
        { image: 'hashicorp/consul:1.20.1', args: ['agent', '-server', '-ui'] },
        { '8500 /': '301', '8500 /v1/status/leader': '200' },
      ],
      'in development mode': [{ image: 'hashicorp/consul:1.20.1', args: ['agent', '-dev'] }, { '8500 /': '301' }],
      'whose UI no Pod shows': [
        { image: 'hashicorp/consul:1.20.1', args: ['agent', '-server'] },
        { '8500 /': '200 unless ui_config turns the UI on', '8500 /v1/status/leader': '200' },
      ],
    },
    isNot: { 'its control plane': { image: 'hashicorp/consul-k8s-control-plane:1.6.1', args: ['-ui'] } },
  },
  nomad: {
    is: {
      'the stock Pod': [{ image: 'hashicorp/nomad:1.9.3' }, { '4646 /': '307', '4646 /v1/agent/health': 'nothing' }],
    },
    isNot: { 'another of HashiCorp': { image: 'hashicorp/boundary:0.18' } },
  },
  rancher: {
    is: {
      'the stock Pod': [
        { image: 'rancher/rancher:v2.10.0', readinessProbe: httpProbe(80, '/healthz') },
        { '80 /healthz': '200', '80 /ping': '200', '80 /': '302 to HTTPS' },
      ],
      'of 2.1, whose /ping redirected': [{ image: 'rancher/rancher:v2.1.0' }, { '80 /ping': 'nothing' }],
    },
    isNot: { 'its agent': { image: 'rancher/rancher-agent:v2.10.0' } },
  },
  portainer: {
    is: {
      'on 9000': [{ image: 'portainer/portainer-ce:2.21.4' }, { '9000 /': '200' }],
      'with tls.force': [
        { image: 'portainer/portainer-ee:2.21.4', args: ['--http-disabled'], readinessProbe: httpsProbe(9443) },
        { '9443 /': '400 TLS only', '9000 /': 'nothing' },
      ],
    },
    isNot: { 'its agent': { image: 'portainer/agent:2.21.4', args: ['--http-disabled'] } },
  },
};
