// What Google itself refuses, as far as an Ingress can run into it. The mock takes anything.
package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/filter"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/meta"
	computebeta "google.golang.org/api/compute/v0.beta"
	compute "google.golang.org/api/compute/v1"
	"google.golang.org/api/googleapi"
)

func bad(format string, a ...any) error {
	return &googleapi.Error{Code: http.StatusBadRequest, Message: fmt.Sprintf(format, a...)}
}

// "It is invalid for timeoutSec to have greater value than checkIntervalSec":
// https://cloud.google.com/compute/docs/reference/rest/v1/healthChecks
func refuseTimes(timeoutSec, intervalSec int64) error {
	if timeoutSec <= intervalSec {
		return nil
	}
	return bad("Invalid value for field 'resource.timeoutSec': '%d'. TimeoutSec should be less than or equal to checkIntervalSec.", timeoutSec)
}

// "must be 1-63 characters long, and comply with RFC1035": the field name of every resource of the same reference.
var legalName = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)

func refuseName(name string) error {
	if legalName.MatchString(name) {
		return nil
	}
	return bad("Invalid value for field 'resource.name': '%s'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'", name)
}

var redirectCodes = []string{"", "FOUND", "MOVED_PERMANENTLY_DEFAULT", "PERMANENT_REDIRECT", "SEE_OTHER", "TEMPORARY_REDIRECT"}

// Hosts: "* must be the first character, and if followed by anything, the immediate following character must be either -
// or ." Paths: "must start with / and the only place a * is allowed is at the end following a /", nor may ? or # be in
// them. https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps
func refuseUrlMap(o *compute.UrlMap) error {
	for _, rule := range o.HostRules {
		for _, host := range rule.Hosts {
			if rest, found := strings.CutPrefix(host, "*"); found && (rest == "" || rest[0] == '-' || rest[0] == '.') && !strings.Contains(rest, "*") {
				continue
			}
			if strings.Contains(host, "*") {
				return bad("Invalid value for field 'resource.hostRules[].hosts[]': '%s'. Invalid host pattern.", host)
			}
		}
	}
	for _, matcher := range o.PathMatchers {
		for _, rule := range matcher.PathRules {
			for _, path := range rule.Paths {
				stars := strings.Count(path, "*")
				if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#") || stars > 1 || (stars == 1 && !strings.HasSuffix(path, "/*")) {
					return bad("Invalid value for field 'resource.pathMatchers[].pathRules[].paths[]': '%s'. Invalid path pattern.", path)
				}
			}
		}
	}
	if to := o.DefaultUrlRedirect; to != nil && !slices.Contains(redirectCodes, to.RedirectResponseCode) {
		return bad("Invalid value for field 'resource.defaultUrlRedirect.redirectResponseCode': '%s'", to.RedirectResponseCode)
	}
	return nil
}

// "Currently, you may specify up to 15 SSL certificates", and "at least one SSL certificate must be specified":
// https://cloud.google.com/compute/docs/reference/rest/v1/targetHttpsProxies
func refuseCertificates(links []string) error {
	if len(links) == 0 || len(links) > 15 {
		return bad("Invalid value for field 'resource.sslCertificates': %d certificates. Between 1 and 15 must be given.", len(links))
	}
	return nil
}

// "Regional SSL policies can be used with regional" proxies, global ones with global ones:
// https://cloud.google.com/load-balancing/docs/ssl-policies-concepts
func refuseGlobalPolicy(link string) error {
	if strings.Contains(link, "global/") {
		return bad("Invalid value for field 'resource.sslPolicy': '%s'. A regional proxy takes a policy of its region.", link)
	}
	return nil
}

// One IP address and port serve one forwarding rule: https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts
func refuseAddress(o *compute.ForwardingRule, others []*compute.ForwardingRule) error {
	for _, other := range others {
		if other.IPAddress == o.IPAddress && other.PortRange == o.PortRange {
			return bad("Invalid value for field 'resource.IPAddress': '%s'. Specified IP address is in-use and would result in a conflict.", o.IPAddress)
		}
	}
	return nil
}

func refuse(m *cloud.MockGCE) {
	refuseBackends(m)
	refuseFrontEnds(m)
	refuseForwardingRules(m)
	refuseUsed(m)
}

func first(errs ...error) (bool, error) {
	for _, err := range errs {
		if err != nil {
			return true, err
		}
	}
	return false, nil
}

func refuseBackends(m *cloud.MockGCE) {
	m.MockHealthChecks.InsertHook = func(_ context.Context, key *meta.Key, o *compute.HealthCheck, _ *cloud.MockHealthChecks, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name), refuseTimes(o.TimeoutSec, o.CheckIntervalSec))
	}
	m.MockRegionHealthChecks.InsertHook = func(_ context.Context, key *meta.Key, o *compute.HealthCheck, _ *cloud.MockRegionHealthChecks, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name), refuseTimes(o.TimeoutSec, o.CheckIntervalSec))
	}
	m.MockBetaHealthChecks.InsertHook = func(_ context.Context, key *meta.Key, o *computebeta.HealthCheck, _ *cloud.MockBetaHealthChecks, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name), refuseTimes(o.TimeoutSec, o.CheckIntervalSec))
	}
	m.MockBetaRegionHealthChecks.InsertHook = func(_ context.Context, key *meta.Key, o *computebeta.HealthCheck, _ *cloud.MockBetaRegionHealthChecks, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name), refuseTimes(o.TimeoutSec, o.CheckIntervalSec))
	}
	m.MockBackendServices.InsertHook = func(_ context.Context, key *meta.Key, _ *compute.BackendService, _ *cloud.MockBackendServices, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name))
	}
	m.MockRegionBackendServices.InsertHook = func(_ context.Context, key *meta.Key, _ *compute.BackendService, _ *cloud.MockRegionBackendServices, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name))
	}
	m.MockNetworkEndpointGroups.InsertHook = func(_ context.Context, key *meta.Key, _ *compute.NetworkEndpointGroup, _ *cloud.MockNetworkEndpointGroups, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name))
	}
}

func refuseFrontEnds(m *cloud.MockGCE) {
	m.MockUrlMaps.InsertHook = func(_ context.Context, key *meta.Key, o *compute.UrlMap, _ *cloud.MockUrlMaps, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name), refuseUrlMap(o))
	}
	m.MockRegionUrlMaps.InsertHook = func(_ context.Context, key *meta.Key, o *compute.UrlMap, _ *cloud.MockRegionUrlMaps, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name), refuseUrlMap(o))
	}
	m.MockTargetHttpsProxies.InsertHook = func(_ context.Context, key *meta.Key, o *compute.TargetHttpsProxy, _ *cloud.MockTargetHttpsProxies, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name), refuseCertificates(o.SslCertificates))
	}
	m.MockRegionTargetHttpsProxies.InsertHook = func(_ context.Context, key *meta.Key, o *compute.TargetHttpsProxy, _ *cloud.MockRegionTargetHttpsProxies, _ ...cloud.Option) (bool, error) {
		return first(refuseName(key.Name), refuseCertificates(o.SslCertificates), refuseGlobalPolicy(o.SslPolicy))
	}
}

func refuseForwardingRules(m *cloud.MockGCE) {
	// Google gives each rule that asks for no address one of its own.
	var given atomic.Int64
	next := func(format string) string {
		n := given.Add(1)
		return fmt.Sprintf(format, n/250, 1+n%250)
	}
	m.MockGlobalForwardingRules.InsertHook = func(ctx context.Context, key *meta.Key, o *compute.ForwardingRule, of *cloud.MockGlobalForwardingRules, _ ...cloud.Option) (bool, error) {
		if o.IPAddress == "" {
			o.IPAddress = next("34.120.%d.%d")
		}
		others, _ := of.List(ctx, filter.None)
		return first(refuseName(key.Name), refuseAddress(o, others))
	}
	m.MockForwardingRules.InsertHook = func(ctx context.Context, key *meta.Key, o *compute.ForwardingRule, of *cloud.MockForwardingRules, _ ...cloud.Option) (bool, error) {
		if o.IPAddress == "" {
			// Of the two regional ones that of class gce-regional-external is on the internet.
			o.IPAddress = next(map[bool]string{true: "34.121.%d.%d", false: "10.128.%d.%d"}[o.LoadBalancingScheme == "EXTERNAL_MANAGED"])
		}
		others, _ := of.List(ctx, key.Region, filter.None)
		return first(refuseName(key.Name), refuseAddress(o, others))
	}
}
