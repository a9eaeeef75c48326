// Which path of the API server an object has.

/** What names an object: the object itself will do. */
export type ObjectRef = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
};

type Resource = { readonly plural: string; readonly namespaced: boolean };

const namespaced = (plural: string): Resource => ({ plural, namespaced: true });
const clusterWide = (plural: string): Resource => ({ plural, namespaced: false });

/** Group, then kind. The core group is called ''. */
const resources: Readonly<Record<string, Readonly<Record<string, Resource>>>> = {
  '': {
    ConfigMap: namespaced('configmaps'),
    Endpoints: namespaced('endpoints'),
    Event: namespaced('events'),
    Namespace: clusterWide('namespaces'),
    Node: clusterWide('nodes'),
    Pod: namespaced('pods'),
    ResourceQuota: namespaced('resourcequotas'),
    Secret: namespaced('secrets'),
    Service: namespaced('services'),
    ServiceAccount: namespaced('serviceaccounts'),
  },
  'admissionregistration.k8s.io': {
    MutatingAdmissionPolicy: clusterWide('mutatingadmissionpolicies'),
    MutatingAdmissionPolicyBinding: clusterWide('mutatingadmissionpolicybindings'),
    MutatingWebhookConfiguration: clusterWide('mutatingwebhookconfigurations'),
    ValidatingAdmissionPolicy: clusterWide('validatingadmissionpolicies'),
    ValidatingAdmissionPolicyBinding: clusterWide('validatingadmissionpolicybindings'),
    ValidatingWebhookConfiguration: clusterWide('validatingwebhookconfigurations'),
  },
  'apiextensions.k8s.io': { CustomResourceDefinition: clusterWide('customresourcedefinitions') },
  batch: { CronJob: namespaced('cronjobs'), Job: namespaced('jobs') },
  'argoproj.io': { Application: namespaced('applications'), AppProject: namespaced('appprojects') },
  apps: {
    DaemonSet: namespaced('daemonsets'),
    Deployment: namespaced('deployments'),
    ReplicaSet: namespaced('replicasets'),
    StatefulSet: namespaced('statefulsets'),
  },
  'cert-manager.io': {
    Certificate: namespaced('certificates'),
    CertificateRequest: namespaced('certificaterequests'),
    ClusterIssuer: clusterWide('clusterissuers'),
    Issuer: namespaced('issuers'),
  },
  'cloud.google.com': { BackendConfig: namespaced('backendconfigs') },
  'coordination.k8s.io': { Lease: namespaced('leases') },
  'discovery.k8s.io': { EndpointSlice: namespaced('endpointslices') },
  'kustomize.toolkit.fluxcd.io': { Kustomization: namespaced('kustomizations') },
  'monitoring.coreos.com': {
    PrometheusRule: namespaced('prometheusrules'),
    ServiceMonitor: namespaced('servicemonitors'),
  },
  'networking.gke.io': {
    FrontendConfig: namespaced('frontendconfigs'),
    ManagedCertificate: namespaced('managedcertificates'),
  },
  'networking.k8s.io': {
    Ingress: namespaced('ingresses'),
    IngressClass: clusterWide('ingressclasses'),
    NetworkPolicy: namespaced('networkpolicies'),
  },
  'openreports.io': { Report: namespaced('reports') },
  policy: { PodDisruptionBudget: namespaced('poddisruptionbudgets') },
  'rbac.authorization.k8s.io': {
    ClusterRole: clusterWide('clusterroles'),
    ClusterRoleBinding: clusterWide('clusterrolebindings'),
    Role: namespaced('roles'),
    RoleBinding: namespaced('rolebindings'),
  },
  'source.toolkit.fluxcd.io': { GitRepository: namespaced('gitrepositories') },
  'wgpolicyk8s.io': { PolicyReport: namespaced('policyreports') },
};

/** Where objects of this kind are listed and created. A namespaced one without a namespace goes to `default`, as with kubectl. */
export function collectionPath({ apiVersion, kind, metadata }: ObjectRef): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const resource = resources[group]?.[kind];
  if (resource === undefined) {
    throw new Error(`No path is known for ${apiVersion} ${kind}: add its plural to the table in api-paths.ts.`);
  }
  const root = slash < 0 ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(metadata.namespace ?? 'default')}` : '';
  return `${root}${scope}/${resource.plural}`;
}

/** Where this very object is. */
export function objectPath(ref: ObjectRef, subresource?: string): string {
  const path = `${collectionPath(ref)}/${encodeURIComponent(ref.metadata.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}
