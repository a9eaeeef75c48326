// What the fake Google has, global and regional together: the link of each resource says which it is.
package main

import (
	"context"
	"sort"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/filter"
	compute "google.golang.org/api/compute/v1"
	"k8s.io/cloud-provider-gcp/providers/gce"
)

type listing struct {
	URLMaps         []*compute.UrlMap               `json:"urlMaps"`
	BackendServices []*compute.BackendService       `json:"backendServices"`
	HealthChecks    []*compute.HealthCheck          `json:"healthChecks"`
	HTTPProxies     []*compute.TargetHttpProxy      `json:"httpProxies"`
	HTTPSProxies    []*compute.TargetHttpsProxy     `json:"httpsProxies"`
	ForwardingRules []*compute.ForwardingRule       `json:"forwardingRules"`
	Certificates    []*compute.SslCertificate       `json:"certificates"`
	Addresses       []*compute.Address              `json:"addresses"`
	Groups          []*compute.NetworkEndpointGroup `json:"groups"`
	InstanceGroups  []*compute.InstanceGroup        `json:"instanceGroups"`
	Firewalls       []*compute.Firewall             `json:"firewalls"`
}

func dump(google *gce.Cloud, instances *instanceGroups) listing {
	ctx, c, all := context.Background(), google.Compute(), filter.None
	// The mock's lists do not fail.
	l := listing{}
	urlMaps, err := c.UrlMaps().List(ctx, all)
	check(err)
	regionUrlMaps, err := c.RegionUrlMaps().List(ctx, region, all)
	check(err)
	l.URLMaps = sorted(append(urlMaps, regionUrlMaps...), func(o *compute.UrlMap) string { return o.SelfLink })
	services, err := c.BackendServices().List(ctx, all)
	check(err)
	regionServices, err := c.RegionBackendServices().List(ctx, region, all)
	check(err)
	l.BackendServices = sorted(append(services, regionServices...), func(o *compute.BackendService) string { return o.SelfLink })
	checks, err := c.HealthChecks().List(ctx, all)
	check(err)
	regionChecks, err := c.RegionHealthChecks().List(ctx, region, all)
	check(err)
	l.HealthChecks = sorted(append(checks, regionChecks...), func(o *compute.HealthCheck) string { return o.SelfLink })
	http, err := c.TargetHttpProxies().List(ctx, all)
	check(err)
	regionHTTP, err := c.RegionTargetHttpProxies().List(ctx, region, all)
	check(err)
	l.HTTPProxies = sorted(append(http, regionHTTP...), func(o *compute.TargetHttpProxy) string { return o.SelfLink })
	https, err := c.TargetHttpsProxies().List(ctx, all)
	check(err)
	regionHTTPS, err := c.RegionTargetHttpsProxies().List(ctx, region, all)
	check(err)
	l.HTTPSProxies = sorted(append(https, regionHTTPS...), func(o *compute.TargetHttpsProxy) string { return o.SelfLink })
	rules, err := c.GlobalForwardingRules().List(ctx, all)
	check(err)
	regionRules, err := c.ForwardingRules().List(ctx, region, all)
	check(err)
	l.ForwardingRules = sorted(append(rules, regionRules...), func(o *compute.ForwardingRule) string { return o.SelfLink })
	certificates, err := c.SslCertificates().List(ctx, all)
	check(err)
	regionCertificates, err := c.RegionSslCertificates().List(ctx, region, all)
	check(err)
	l.Certificates = sorted(append(certificates, regionCertificates...), func(o *compute.SslCertificate) string { return o.SelfLink })
	addresses, err := c.GlobalAddresses().List(ctx, all)
	check(err)
	regionAddresses, err := c.Addresses().List(ctx, region, all)
	check(err)
	l.Addresses = sorted(append(addresses, regionAddresses...), func(o *compute.Address) string { return o.SelfLink })
	groups, err := c.NetworkEndpointGroups().List(ctx, zone, all)
	check(err)
	l.Groups = sorted(groups, func(o *compute.NetworkEndpointGroup) string { return o.SelfLink })
	l.InstanceGroups = instances.all()
	firewalls, err := c.Firewalls().List(ctx, all)
	check(err)
	l.Firewalls = sorted(firewalls, func(o *compute.Firewall) string { return o.Name })
	return l
}

// The mock keeps them in a map.
func sorted[O any](list []O, by func(O) string) []O {
	sort.Slice(list, func(i, j int) bool { return by(list[i]) < by(list[j]) })
	if list == nil {
		return []O{}
	}
	return list
}
