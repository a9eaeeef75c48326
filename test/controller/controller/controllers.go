// The controllers, put together as cmd/glbc/main.go does it.
package main

import (
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/cloud-provider-gcp/providers/gce"
	backendconfigclient "k8s.io/ingress-gce/pkg/backendconfig/client/clientset/versioned"
	ingctx "k8s.io/ingress-gce/pkg/context"
	"k8s.io/ingress-gce/pkg/controller"
	"k8s.io/ingress-gce/pkg/firewalls"
	"k8s.io/ingress-gce/pkg/flags"
	frontendconfigclient "k8s.io/ingress-gce/pkg/frontendconfig/client/clientset/versioned"
	"k8s.io/ingress-gce/pkg/instancegroups"
	"k8s.io/ingress-gce/pkg/neg"
	"k8s.io/ingress-gce/pkg/neg/metrics"
	syncmetrics "k8s.io/ingress-gce/pkg/neg/metrics/metricscollector"
	"k8s.io/ingress-gce/pkg/neg/syncers/labels"
	negtypes "k8s.io/ingress-gce/pkg/neg/types"
	svcnegclient "k8s.io/ingress-gce/pkg/svcneg/client/clientset/versioned"
	"k8s.io/ingress-gce/pkg/utils"
	"k8s.io/ingress-gce/pkg/utils/namer"
	"k8s.io/klog/v2"
)

const (
	clusterUID    = "0123456789abcdef"
	kubeSystemUID = types.UID("kube-system-uid")
)

func startControllers(config *rest.Config, google *gce.Cloud, instances *instanceGroups, syncs *syncLog) error {
	f, kube, stop := &flags.F, kubernetes.NewForConfigOrDie(config), make(chan struct{})
	svcNegs := svcnegclient.NewForConfigOrDie(config)
	names := namer.NewNamer(clusterUID, "fw", klog.TODO())
	ctx, err := ingctx.NewControllerContext(kube, backendconfigclient.NewForConfigOrDie(config),
		frontendconfigclient.NewForConfigOrDie(config), nil, svcNegs, nil, nil, nil, nil, kube, google, names, kubeSystemUID,
		ingctx.ControllerContextConfig{
			ResyncPeriod:                  f.ResyncPeriod,
			DefaultBackendSvcPort:         defaultBackend(),
			HealthCheckPath:               f.HealthCheckPath,
			MaxIGSize:                     f.MaxIGSize,
			EnableIngressRegionalExternal: f.EnableIngressRegionalExternal,
		}, klog.TODO())
	if err != nil {
		return err
	}
	ctx.InstancePool = instancegroups.NewManager(&instancegroups.ManagerConfig{
		Cloud:      instances,
		Namer:      names,
		Recorders:  ctx,
		BasePath:   utils.GetBasePath(google),
		ZoneGetter: ctx.ZoneGetter,
		MaxIGSize:  f.MaxIGSize,
	})
	ingresses := controller.NewLoadBalancerController(ctx, stop, syncs.logger())
	negMetrics := metrics.NewNegMetrics()
	negs, err := neg.NewController(kube, svcNegs, kube, kubeSystemUID, ctx.IngressInformer, ctx.ServiceInformer,
		ctx.PodInformer, ctx.NodeInformer, ctx.EndpointSliceInformer, ctx.SvcNegInformer, ctx.NetworkInformer,
		ctx.GKENetworkParamsInformer, ctx.NodeTopologyInformer, ctx.HasSynced, ctx.L4Namer, ctx.DefaultBackendSvcPort,
		negtypes.NewAdapter(google, negMetrics), ctx.ZoneGetter, names, f.ResyncPeriod, f.NegGCPeriod, f.NumNegGCWorkers,
		f.EnableReadinessReflector, f.RunL4Controller, f.EnableNonGCPMode, f.EnableDualStackNEG,
		labels.PodLabelPropagationConfig{}, f.EnableMultiNetworking, f.EnableIngressRegionalExternal, f.RunL4NetLBController,
		f.ReadOnlyMode, f.EnableNEGsForIngress, f.EnableL4NEGLocalIncludeDrainNodes, stop, syncs.logger(), negMetrics,
		syncmetrics.FakeSyncerMetrics())
	if err != nil {
		return err
	}
	firewall, err := firewalls.NewFirewallController(ctx, f.NodePortRanges.Values(), f.EnableFirewallCR,
		f.DisableFWEnforcement, f.EnableIngressRegionalExternal, stop, syncs.logger())
	if err != nil {
		return err
	}
	go ingresses.Run()
	go negs.Run()
	go firewall.Run()
	ctx.Start(stop)
	return nil
}

// As cmd/glbc/app/init.go DefaultBackendServicePort makes it of the Service; the harness creates it with these ports.
func defaultBackend() utils.ServicePort {
	namespace, name, _ := strings.Cut(flags.F.DefaultSvc, "/")
	return utils.ServicePort{
		ID: utils.ServicePortID{
			Service: types.NamespacedName{Namespace: namespace, Name: name},
			Port:    networkingv1.ServiceBackendPort{Name: flags.F.DefaultSvcPortName},
		},
		Port:       80,
		PortName:   flags.F.DefaultSvcPortName,
		TargetPort: intstr.FromInt32(8080),
	}
}
