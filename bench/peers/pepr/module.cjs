// The three rules that the guard is known for, as a Pepr module.
const { PeprModule, Capability, a } = require('pepr');

const NEG = 'cloud.google.com/neg';
const capability = new Capability({ name: 'gke-guard', description: 'bench', namespaces: [] });

capability
  .When(a.Service)
  .IsCreatedOrUpdated()
  .Mutate(function injectNeg(service) {
    const annotations = service.Raw.metadata?.annotations ?? {};
    if (!(NEG in annotations)) service.SetAnnotation(NEG, '{"ingress":true}');
  });

capability
  .When(a.Ingress)
  .IsCreatedOrUpdated()
  .Validate(function refuseWildcard(ingress) {
    const { metadata, spec } = ingress.Raw;
    const name = metadata?.annotations?.['kubernetes.io/ingress.class'] ?? spec?.ingressClassName;
    if (name !== 'gce' && name !== 'gce-internal') return ingress.Approve();
    const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
    const wrong = paths.find(({ path = '' }) => path.slice(0, -1).includes('*'));
    return wrong ? ingress.Deny(`path ${wrong.path}: * may only be the last character`, 403) : ingress.Approve();
  });

capability
  .When(a.Deployment)
  .IsCreatedOrUpdated()
  .Validate(function warnOfRedirect(deployment) {
    const containers = deployment.Raw.spec?.template?.spec?.containers ?? [];
    const isWrong = containers.some(
      ({ image = '', readinessProbe, command = [], args = [] }) =>
        image.includes('argocd') && readinessProbe && ![...command, ...args].includes('--insecure'),
    );
    return isWrong
      ? deployment.Approve(["argocd-server answers 307: Google's health check fails"])
      : deployment.Approve();
  });

const settings = { uuid: 'bench', onError: 'reject', webhookTimeout: 10, alwaysIgnore: { namespaces: [] } };
new PeprModule({ description: 'bench', pepr: settings }, [capability], { deferStart: true }).start(
  Number(process.env.PORT),
);
