// What the mock leaves to its users about proxies and forwarding rules.
package main

import (
	"context"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/meta"
	compute "google.golang.org/api/compute/v1"
)

func keepFrontEnds(m *cloud.MockGCE) {
	m.MockTargetHttpProxies.SetUrlMapHook = func(_ context.Context, key *meta.Key, ref *compute.UrlMapReference, of *cloud.MockTargetHttpProxies, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockTargetHttpProxiesObj) *cloud.MockTargetHttpProxiesObj {
			changed := *old.ToGA()
			changed.UrlMap = ref.UrlMap
			return &cloud.MockTargetHttpProxiesObj{Obj: &changed}
		})
	}
	m.MockRegionTargetHttpProxies.SetUrlMapHook = func(_ context.Context, key *meta.Key, ref *compute.UrlMapReference, of *cloud.MockRegionTargetHttpProxies, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockRegionTargetHttpProxiesObj) *cloud.MockRegionTargetHttpProxiesObj {
			changed := *old.ToGA()
			changed.UrlMap = ref.UrlMap
			return &cloud.MockRegionTargetHttpProxiesObj{Obj: &changed}
		})
	}
	https := func(of *cloud.MockTargetHttpsProxies, key *meta.Key, change func(*compute.TargetHttpsProxy)) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockTargetHttpsProxiesObj) *cloud.MockTargetHttpsProxiesObj {
			changed := *old.ToGA()
			change(&changed)
			return &cloud.MockTargetHttpsProxiesObj{Obj: &changed}
		})
	}
	m.MockTargetHttpsProxies.SetUrlMapHook = func(_ context.Context, key *meta.Key, ref *compute.UrlMapReference, of *cloud.MockTargetHttpsProxies, _ ...cloud.Option) error {
		return https(of, key, func(o *compute.TargetHttpsProxy) { o.UrlMap = ref.UrlMap })
	}
	m.MockTargetHttpsProxies.SetSslPolicyHook = func(_ context.Context, key *meta.Key, ref *compute.SslPolicyReference, of *cloud.MockTargetHttpsProxies, _ ...cloud.Option) error {
		return https(of, key, func(o *compute.TargetHttpsProxy) { o.SslPolicy = ref.SslPolicy })
	}
	m.MockTargetHttpsProxies.SetSslCertificatesHook = func(_ context.Context, key *meta.Key, req *compute.TargetHttpsProxiesSetSslCertificatesRequest, of *cloud.MockTargetHttpsProxies, _ ...cloud.Option) error {
		if err := refuseCertificates(req.SslCertificates); err != nil {
			return err
		}
		return https(of, key, func(o *compute.TargetHttpsProxy) { o.SslCertificates = req.SslCertificates })
	}
	keepRegionalHttps(m)
	keepForwardingRules(m)
}

func keepRegionalHttps(m *cloud.MockGCE) {
	https := func(of *cloud.MockRegionTargetHttpsProxies, key *meta.Key, change func(*compute.TargetHttpsProxy)) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockRegionTargetHttpsProxiesObj) *cloud.MockRegionTargetHttpsProxiesObj {
			changed := *old.ToGA()
			change(&changed)
			return &cloud.MockRegionTargetHttpsProxiesObj{Obj: &changed}
		})
	}
	m.MockRegionTargetHttpsProxies.SetUrlMapHook = func(_ context.Context, key *meta.Key, ref *compute.UrlMapReference, of *cloud.MockRegionTargetHttpsProxies, _ ...cloud.Option) error {
		return https(of, key, func(o *compute.TargetHttpsProxy) { o.UrlMap = ref.UrlMap })
	}
	m.MockRegionTargetHttpsProxies.PatchHook = func(_ context.Context, key *meta.Key, patch *compute.TargetHttpsProxy, of *cloud.MockRegionTargetHttpsProxies, _ ...cloud.Option) error {
		if err := refuseGlobalPolicy(patch.SslPolicy); err != nil {
			return err
		}
		return https(of, key, func(o *compute.TargetHttpsProxy) { o.SslPolicy = patch.SslPolicy })
	}
	m.MockRegionTargetHttpsProxies.SetSslCertificatesHook = func(_ context.Context, key *meta.Key, req *compute.RegionTargetHttpsProxiesSetSslCertificatesRequest, of *cloud.MockRegionTargetHttpsProxies, _ ...cloud.Option) error {
		if err := refuseCertificates(req.SslCertificates); err != nil {
			return err
		}
		return https(of, key, func(o *compute.TargetHttpsProxy) { o.SslCertificates = req.SslCertificates })
	}
}

func keepForwardingRules(m *cloud.MockGCE) {
	m.MockGlobalForwardingRules.SetTargetHook = func(_ context.Context, key *meta.Key, ref *compute.TargetReference, of *cloud.MockGlobalForwardingRules, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockGlobalForwardingRulesObj) *cloud.MockGlobalForwardingRulesObj {
			changed := *old.ToGA()
			changed.Target = ref.Target
			return &cloud.MockGlobalForwardingRulesObj{Obj: &changed}
		})
	}
	m.MockForwardingRules.SetTargetHook = func(_ context.Context, key *meta.Key, ref *compute.TargetReference, of *cloud.MockForwardingRules, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockForwardingRulesObj) *cloud.MockForwardingRulesObj {
			changed := *old.ToGA()
			changed.Target = ref.Target
			return &cloud.MockForwardingRulesObj{Obj: &changed}
		})
	}
}
