// RESOURCE_IN_USE_BY_ANOTHER_RESOURCE: Google deletes nothing that something else refers to. The controller counts on it:
// pkg/utils IsInUsedByError.
package main

import (
	"context"
	"strings"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/filter"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/meta"
	compute "google.golang.org/api/compute/v1"
)

// relative is a link without endpoint, version and project.
func relative(link string) string {
	if _, rest, found := strings.Cut(link, "/projects/"); found {
		_, rest, _ = strings.Cut(rest, "/")
		return rest
	}
	return link
}

func linkOf(resource string, key *meta.Key) string {
	return (&cloud.ResourceID{Resource: resource, Key: key}).ResourcePath()
}

// usedBy says who refers to it; "" for nobody.
func usedBy(m *cloud.MockGCE, resource string, key *meta.Key) string {
	wanted := relative(linkOf(resource, key))
	for user, links := range references(m, resource) {
		for _, link := range links {
			if relative(link) == wanted {
				return user
			}
		}
	}
	return ""
}

func references(m *cloud.MockGCE, resource string) map[string][]string {
	ctx, found := context.Background(), map[string][]string{}
	switch resource {
	case "backendServices":
		global, _ := m.UrlMaps().List(ctx, filter.None)
		regional, _ := m.RegionUrlMaps().List(ctx, region, filter.None)
		for _, one := range append(global, regional...) {
			found[one.SelfLink] = backendsOf(one)
		}
	case "healthChecks", "networkEndpointGroups":
		global, _ := m.BackendServices().List(ctx, filter.None)
		regional, _ := m.RegionBackendServices().List(ctx, region, filter.None)
		for _, one := range append(global, regional...) {
			found[one.SelfLink] = one.HealthChecks
			for _, backend := range one.Backends {
				found[one.SelfLink] = append(found[one.SelfLink], backend.Group)
			}
		}
	case "urlMaps", "sslCertificates":
		http, _ := m.TargetHttpProxies().List(ctx, filter.None)
		regionHttp, _ := m.RegionTargetHttpProxies().List(ctx, region, filter.None)
		for _, one := range append(http, regionHttp...) {
			found[one.SelfLink] = []string{one.UrlMap}
		}
		https, _ := m.TargetHttpsProxies().List(ctx, filter.None)
		regionHttps, _ := m.RegionTargetHttpsProxies().List(ctx, region, filter.None)
		for _, one := range append(https, regionHttps...) {
			found[one.SelfLink] = append([]string{one.UrlMap}, one.SslCertificates...)
		}
	case "targetHttpProxies", "targetHttpsProxies":
		global, _ := m.GlobalForwardingRules().List(ctx, filter.None)
		regional, _ := m.ForwardingRules().List(ctx, region, filter.None)
		for _, one := range append(global, regional...) {
			found[one.SelfLink] = []string{one.Target}
		}
	}
	return found
}

func backendsOf(o *compute.UrlMap) []string {
	links := []string{o.DefaultService}
	for _, matcher := range o.PathMatchers {
		links = append(links, matcher.DefaultService)
		for _, rule := range matcher.PathRules {
			links = append(links, rule.Service)
		}
	}
	return links
}

func refuseUsed(m *cloud.MockGCE) {
	refused := func(resource string, key *meta.Key) (bool, error) {
		if user := usedBy(m, resource, key); user != "" {
			return true, bad("The resource '%s' is already being used by '%s'", linkOf(resource, key), user)
		}
		return false, nil
	}
	m.MockBackendServices.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockBackendServices, _ ...cloud.Option) (bool, error) {
		return refused("backendServices", key)
	}
	m.MockRegionBackendServices.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockRegionBackendServices, _ ...cloud.Option) (bool, error) {
		return refused("backendServices", key)
	}
	m.MockHealthChecks.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockHealthChecks, _ ...cloud.Option) (bool, error) {
		return refused("healthChecks", key)
	}
	m.MockRegionHealthChecks.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockRegionHealthChecks, _ ...cloud.Option) (bool, error) {
		return refused("healthChecks", key)
	}
	m.MockNetworkEndpointGroups.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockNetworkEndpointGroups, _ ...cloud.Option) (bool, error) {
		return refused("networkEndpointGroups", key)
	}
	m.MockUrlMaps.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockUrlMaps, _ ...cloud.Option) (bool, error) {
		return refused("urlMaps", key)
	}
	m.MockRegionUrlMaps.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockRegionUrlMaps, _ ...cloud.Option) (bool, error) {
		return refused("urlMaps", key)
	}
	m.MockSslCertificates.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockSslCertificates, _ ...cloud.Option) (bool, error) {
		return refused("sslCertificates", key)
	}
	m.MockRegionSslCertificates.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockRegionSslCertificates, _ ...cloud.Option) (bool, error) {
		return refused("sslCertificates", key)
	}
	m.MockTargetHttpProxies.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockTargetHttpProxies, _ ...cloud.Option) (bool, error) {
		return refused("targetHttpProxies", key)
	}
	m.MockRegionTargetHttpProxies.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockRegionTargetHttpProxies, _ ...cloud.Option) (bool, error) {
		return refused("targetHttpProxies", key)
	}
	m.MockTargetHttpsProxies.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockTargetHttpsProxies, _ ...cloud.Option) (bool, error) {
		return refused("targetHttpsProxies", key)
	}
	m.MockRegionTargetHttpsProxies.DeleteHook = func(_ context.Context, key *meta.Key, _ *cloud.MockRegionTargetHttpsProxies, _ ...cloud.Option) (bool, error) {
		return refused("targetHttpsProxies", key)
	}
}
