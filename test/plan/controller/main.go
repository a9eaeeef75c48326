// Asks the GKE Ingress controller itself: its translator, namers and health checks, imported from k8s.io/ingress-gce,
// with informers that hold one case's objects and a fake Google. Cases come as JSON on stdin, answers go to stdout.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	informercore "k8s.io/client-go/informers/core/v1"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/cloud-provider-gcp/providers/gce"
	backendconfigv1 "k8s.io/ingress-gce/pkg/apis/backendconfig/v1"
	backendconfigclient "k8s.io/ingress-gce/pkg/backendconfig/client/clientset/versioned/fake"
	informerbackendconfig "k8s.io/ingress-gce/pkg/backendconfig/client/informers/externalversions/backendconfig/v1"
	backendfeatures "k8s.io/ingress-gce/pkg/backends/features"
	"k8s.io/ingress-gce/pkg/controller/translator"
	"k8s.io/ingress-gce/pkg/flags"
	"k8s.io/ingress-gce/pkg/healthchecks"
	"k8s.io/ingress-gce/pkg/utils"
	"k8s.io/ingress-gce/pkg/utils/namer"
	"k8s.io/klog/v2"
)

type question struct {
	Objects []json.RawMessage `json:"objects"`
	Flags   struct {
		IngressClass                  string `json:"ingressClass"`
		EnableIngressGlobalExternal   bool   `json:"enableIngressGlobalExternal"`
		EnableIngressRegionalExternal bool   `json:"enableIngressRegionalExternal"`
		EnableTransparentHealthChecks bool   `json:"enableTransparentHealthChecks"`
		EnableTrafficScaling          bool   `json:"enableTrafficScaling"`
	} `json:"flags"`
}

type pathAnswer struct {
	Path    string `json:"path"`
	Service string `json:"service"`
	Port    int32  `json:"port"`
}

type hostAnswer struct {
	Host  string       `json:"host"`
	Paths []pathAnswer `json:"paths"`
}

type healthAnswer struct {
	Protocol           string `json:"protocol"`
	Path               string `json:"path"`
	Host               string `json:"host"`
	Port               *int64 `json:"port"`
	IntervalSec        int64  `json:"intervalSec"`
	TimeoutSec         int64  `json:"timeoutSec"`
	HealthyThreshold   int64  `json:"healthyThreshold"`
	UnhealthyThreshold int64  `json:"unhealthyThreshold"`
}

type backendAnswer struct {
	Error    string `json:"error"`
	Protocol string `json:"protocol"`
	NEG      bool   `json:"neg"`
	// Whether the URL map of the Ingress has it: of no other the controller makes a backend service.
	Used   bool          `json:"used"`
	Health *healthAnswer `json:"health"`
	// What SyncServicePort or GetProbe says; "" for nothing.
	SyncError string `json:"syncError"`
}

type answer struct {
	Claimed        bool                     `json:"claimed"`
	HostRules      []hostAnswer             `json:"hostRules"`
	DefaultBackend *pathAnswer              `json:"defaultBackend"`
	Errors         []string                 `json:"errors"`
	Backends       map[string]backendAnswer `json:"backends"`
	LegalName      map[string]bool          `json:"legalName"`
}

const uid = "0123456789abcdef"

var systemDefault = utils.ServicePortID{
	Service: types.NamespacedName{Namespace: "kube-system", Name: "default-http-backend"},
	Port:    networkingv1.ServiceBackendPort{Name: "http"},
}

func main() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	var questions []question
	check(json.NewDecoder(os.Stdin).Decode(&questions))
	answers := make([]answer, len(questions))
	for i, q := range questions {
		answers[i] = ask(q)
	}
	check(json.NewEncoder(os.Stdout).Encode(answers))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask(q question) answer {
	flags.F.IngressClass = q.Flags.IngressClass
	flags.F.EnableIngressGlobalExternal = q.Flags.EnableIngressGlobalExternal
	flags.F.EnableIngressRegionalExternal = q.Flags.EnableIngressRegionalExternal
	flags.F.EnableTrafficScaling = q.Flags.EnableTrafficScaling
	flags.F.DefaultSvcHealthCheckPath = "/healthz"
	// Without it the controller of this version has no Service to put its events on, and crashes over one.
	flags.F.EnableUpdateCustomHealthCheckDescription = true
	ing, t := build(q)
	names := namer.NewNamer(uid, "fw", klog.TODO())
	urlMap, errs, _ := t.TranslateIngress(ing, systemDefault, names)
	a := answer{Claimed: utils.IsGCEIngress(ing), HostRules: []hostAnswer{}, Errors: []string{}, Backends: map[string]backendAnswer{}}
	for _, rule := range urlMap.HostRules {
		host := hostAnswer{Host: rule.Hostname, Paths: []pathAnswer{}}
		for _, p := range rule.Paths {
			host.Paths = append(host.Paths, pathAnswer{p.Path, p.Backend.ID.Service.Name, p.Backend.Port})
		}
		a.HostRules = append(a.HostRules, host)
	}
	if d := urlMap.DefaultBackend; d != nil {
		a.DefaultBackend = &pathAnswer{"", d.ID.Service.Name, d.Port}
	}
	for _, err := range errs {
		a.Errors = append(a.Errors, nameOf(err))
	}
	used := usedPorts(urlMap)
	utils.TraverseIngressBackends(ing, func(id utils.ServicePortID) bool {
		a.Backends[key(id)] = askBackend(ing, id, t, names, used, q.Flags.EnableTransparentHealthChecks)
		return false
	})
	if ing.Spec.DefaultBackend == nil {
		a.Backends[key(systemDefault)] = askBackend(ing, systemDefault, t, names, used, q.Flags.EnableTransparentHealthChecks)
	}
	factory := namer.NewFrontendNamerFactory(names, types.UID(uid), klog.TODO())
	a.LegalName = map[string]bool{}
	for scheme, finalizer := range map[string]string{"v1": "networking.gke.io/ingress-finalizer", "v2": "networking.gke.io/ingress-finalizer-V2"} {
		named := ing.DeepCopy()
		named.Finalizers = []string{finalizer}
		a.LegalName[scheme] = factory.Namer(named).IsValidLoadBalancer()
	}
	return a
}

func key(id utils.ServicePortID) string {
	port := id.Port.Name
	if port == "" {
		port = fmt.Sprint(id.Port.Number)
	}
	return id.Service.String() + ":" + port
}

type usedPort struct {
	service types.NamespacedName
	port    int32
	name    string
}

// The backends that are synced (pkg/controller/controller.go SyncBackends): one port that is named both ways has two ids, and
// one backend service.
func usedPorts(urlMap *utils.GCEURLMap) map[usedPort]bool {
	used := map[usedPort]bool{}
	for _, sp := range urlMap.AllServicePorts() {
		used[usedPort{sp.ID.Service, sp.Port, sp.PortName}] = true
	}
	return used
}

func nameOf(err error) string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", err), "errors.")
	if name == "*errors.errorString" || name == "*fmt.wrapError" || strings.HasPrefix(name, "*") {
		return err.Error()
	}
	return name
}

// A Service port by itself: an Ingress of the same class that has it as its default backend.
func askBackend(ing *networkingv1.Ingress, id utils.ServicePortID, t *translator.Translator, names *namer.Namer, used map[usedPort]bool, enableTHC bool) backendAnswer {
	alone := ing.DeepCopy()
	alone.Namespace = id.Service.Namespace
	alone.Spec.Rules = nil
	alone.Spec.DefaultBackend = &networkingv1.IngressBackend{
		Service: &networkingv1.IngressServiceBackend{Name: id.Service.Name, Port: id.Port},
	}
	urlMap, errs, _ := t.TranslateIngress(alone, systemDefault, names)
	if len(errs) > 0 {
		return backendAnswer{Error: nameOf(errs[0])}
	}
	sp := *urlMap.DefaultBackend
	// Its own Google each, for a health check that is there already keeps most of its settings.
	hcs := healthchecks.NewHealthChecker(gce.NewFakeGCECloud(gce.DefaultTestClusterValues()), "/", systemDefault.Service,
		healthchecks.NewFakeRecorderGetter(100), healthchecks.NewFakeServiceGetter(),
		healthchecks.HealthcheckFlags{EnableTHC: enableTHC, THCPort: 7877})
	b := backendAnswer{Protocol: string(sp.Protocol), NEG: sp.NEGEnabled, Used: used[usedPort{sp.ID.Service, sp.Port, sp.PortName}]}
	probe, err := t.GetProbe(sp)
	if err == nil {
		_, err = hcs.SyncServicePort(&sp, probe, klog.TODO())
	}
	if err != nil {
		b.SyncError = err.Error()
		return b
	}
	hc, err := hcs.Get(sp.BackendName(), backendfeatures.VersionFromServicePort(&sp), backendfeatures.ScopeFromServicePort(&sp), klog.TODO())
	if err != nil {
		b.SyncError = "get: " + err.Error()
		return b
	}
	b.Health = &healthAnswer{hc.Type, hc.RequestPath, hc.Host, nil, hc.CheckIntervalSec, hc.TimeoutSec, hc.HealthyThreshold, hc.UnhealthyThreshold}
	if hc.PortSpecification == "USE_FIXED_PORT" {
		port := hc.HTTPHealthCheck.Port
		b.Health.Port = &port
	}
	return b
}

func build(q question) (*networkingv1.Ingress, *translator.Translator) {
	var ing *networkingv1.Ingress
	var secrets []runtime.Object
	var services, pods, configs []any
	nodePort := int32(30000)
	for _, raw := range q.Objects {
		var meta struct {
			Kind string `json:"kind"`
		}
		check(json.Unmarshal(raw, &meta))
		switch meta.Kind {
		case "Ingress":
			ing = decode[networkingv1.Ingress](raw)
		case "Service":
			service := decode[corev1.Service](raw)
			defaultService(service, &nodePort)
			services = append(services, service)
		case "Deployment":
			deployment := decode[appsv1.Deployment](raw)
			if deployment.Spec.Replicas == nil || *deployment.Spec.Replicas > 0 {
				pod := &corev1.Pod{ObjectMeta: deployment.Spec.Template.ObjectMeta, Spec: deployment.Spec.Template.Spec}
				pod.Name, pod.Namespace = deployment.Name, deployment.Namespace
				pod.CreationTimestamp = deployment.CreationTimestamp
				pods = append(pods, pod)
			}
		case "Pod":
			pods = append(pods, decode[corev1.Pod](raw))
		case "BackendConfig":
			configs = append(configs, decode[backendconfigv1.BackendConfig](raw))
		case "Secret":
			secret := decode[corev1.Secret](raw)
			secret.Data = map[string][]byte{}
			for name, value := range secret.StringData {
				secret.Data[name] = []byte(value)
			}
			secrets = append(secrets, secret)
		}
	}
	for _, pod := range pods {
		defaultPod(pod.(*corev1.Pod))
	}
	client := fake.NewSimpleClientset(secrets...)
	index := utils.NewNamespaceIndexer
	serviceInformer := informercore.NewServiceInformer(client, "", time.Minute, index())
	podInformer := informercore.NewPodInformer(client, "", time.Minute, index())
	configInformer := informerbackendconfig.NewBackendConfigInformer(backendconfigclient.NewSimpleClientset(), "", time.Minute, index())
	for _, service := range services {
		check(serviceInformer.GetIndexer().Add(service))
	}
	for _, pod := range pods {
		check(podInformer.GetIndexer().Add(pod))
	}
	for _, config := range configs {
		check(configInformer.GetIndexer().Add(config))
	}
	return ing, translator.NewTranslator(serviceInformer, configInformer, nil, podInformer, nil, client,
		healthchecks.NewFakeRecorderGetter(100), q.Flags.EnableTransparentHealthChecks, q.Flags.EnableIngressRegionalExternal, klog.TODO())
}

func decode[T any](raw json.RawMessage) *T {
	object := new(T)
	check(json.Unmarshal(raw, object))
	return object
}

// The defaults of the API server, as far as the controller reads the fields.
func defaultService(service *corev1.Service, nodePort *int32) {
	spec := &service.Spec
	if spec.Type == "" {
		spec.Type = corev1.ServiceTypeClusterIP
	}
	allocates := spec.Type == corev1.ServiceTypeNodePort ||
		(spec.Type == corev1.ServiceTypeLoadBalancer && (spec.AllocateLoadBalancerNodePorts == nil || *spec.AllocateLoadBalancerNodePorts))
	for i := range spec.Ports {
		port := &spec.Ports[i]
		if port.TargetPort == (intstr.IntOrString{}) {
			port.TargetPort = intstr.FromInt32(port.Port)
		}
		if port.NodePort == 0 && allocates {
			port.NodePort = *nodePort
			*nodePort++
		}
	}
}

func defaultPod(pod *corev1.Pod) {
	for i := range pod.Spec.Containers {
		probe := pod.Spec.Containers[i].ReadinessProbe
		if probe == nil {
			continue
		}
		if probe.PeriodSeconds == 0 {
			probe.PeriodSeconds = 10
		}
		if probe.TimeoutSeconds == 0 {
			probe.TimeoutSeconds = 1
		}
		if get := probe.HTTPGet; get != nil {
			if get.Path == "" {
				get.Path = "/"
			}
			if get.Scheme == "" {
				get.Scheme = corev1.URISchemeHTTP
			}
		}
	}
}
