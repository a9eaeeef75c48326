// A fake Google: the mock of k8s-cloud-provider, which keeps what is inserted. Updates are hooks that it leaves to its
// users; what Google itself refuses is in refusals.go.
package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/meta"
	computebeta "google.golang.org/api/compute/v0.beta"
	compute "google.golang.org/api/compute/v1"
	"google.golang.org/api/googleapi"
	"k8s.io/cloud-provider-gcp/providers/gce"
	negtypes "k8s.io/ingress-gce/pkg/neg/types"
)

const (
	project = "test-project"
	region  = "us-central1"
	zone    = "us-central1-b"
	prefix  = "https://www.googleapis.com/compute/v1/projects/" + project + "/"
)

func newFakeGoogle(health *healthBook) *gce.Cloud {
	values := gce.DefaultTestClusterValues()
	values.ProjectID, values.Region, values.ZoneName = project, region, zone
	values.NetworkURL = prefix + "global/networks/default"
	values.SubnetworkURL = prefix + "regions/" + region + "/subnetworks/default"
	google := gce.NewFakeGCECloud(values)
	negtypes.MockNetworkEndpointAPIs(google)
	mock := google.Compute().(*cloud.MockGCE)
	keepUpdates(mock)
	keepFrontEnds(mock)
	answerHealth(mock, health)
	refuse(mock)
	// The node that the harness makes: a firewall rule needs its tags (GetNodeTags).
	node := &compute.Instance{Name: "node-1", Zone: zone, Tags: &compute.Tags{Items: []string{"node-1"}}}
	check(mock.Instances().Insert(context.Background(), meta.ZonalKey(node.Name, zone), node))
	return google
}

func reserve(google *gce.Cloud, one address, index int) error {
	made := &compute.Address{Name: one.Name, Address: fmt.Sprintf("203.0.%d.%d", 112+index/250, 1+index%250), Status: "RESERVED"}
	if one.Region == "" {
		return google.Compute().GlobalAddresses().Insert(context.Background(), meta.GlobalKey(one.Name), made)
	}
	if !one.IsExternal {
		// Else the address of an internal Ingress could not be shared by HTTP and HTTPS.
		made.Purpose, made.AddressType = "SHARED_LOADBALANCER_VIP", "INTERNAL"
		made.Address = fmt.Sprintf("10.%d.%d.%d", 130+index/62500, index/250%250, 1+index%250)
	}
	return google.Compute().Addresses().Insert(context.Background(), meta.RegionalKey(one.Name, one.Region), made)
}

// replace stores an object anew under its key. The mock's own hooks write without its lock, and the dump reads beside them.
func replace[O any](lock *sync.Mutex, objects map[meta.Key]*O, key *meta.Key, made func(old *O) *O) error {
	lock.Lock()
	defer lock.Unlock()
	old, found := objects[*key]
	if !found {
		return &googleapi.Error{Code: http.StatusNotFound, Message: fmt.Sprintf("%v not found", key)}
	}
	objects[*key] = made(old)
	return nil
}

func keepUpdates(m *cloud.MockGCE) {
	m.MockUrlMaps.UpdateHook = func(_ context.Context, key *meta.Key, o *compute.UrlMap, of *cloud.MockUrlMaps, _ ...cloud.Option) error {
		if err := refuseUrlMap(o); err != nil {
			return err
		}
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockUrlMapsObj) *cloud.MockUrlMapsObj {
			o.Name, o.SelfLink = key.Name, old.ToGA().SelfLink
			return &cloud.MockUrlMapsObj{Obj: o}
		})
	}
	m.MockRegionUrlMaps.UpdateHook = func(_ context.Context, key *meta.Key, o *compute.UrlMap, of *cloud.MockRegionUrlMaps, _ ...cloud.Option) error {
		if err := refuseUrlMap(o); err != nil {
			return err
		}
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockRegionUrlMapsObj) *cloud.MockRegionUrlMapsObj {
			o.Name, o.SelfLink = key.Name, old.ToGA().SelfLink
			return &cloud.MockRegionUrlMapsObj{Obj: o}
		})
	}
	m.MockBackendServices.UpdateHook = func(_ context.Context, key *meta.Key, o *compute.BackendService, of *cloud.MockBackendServices, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockBackendServicesObj) *cloud.MockBackendServicesObj {
			was := old.ToGA()
			// An update does not change them: they have methods of their own (REST backendServices.update, output only).
			o.Name, o.SelfLink, o.SecurityPolicy = key.Name, was.SelfLink, was.SecurityPolicy
			// Google's changes with each update too.
			updates, _ := strconv.Atoi(was.Fingerprint)
			o.Fingerprint = strconv.Itoa(updates + 1)
			return &cloud.MockBackendServicesObj{Obj: o}
		})
	}
	m.MockRegionBackendServices.UpdateHook = func(_ context.Context, key *meta.Key, o *compute.BackendService, of *cloud.MockRegionBackendServices, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockRegionBackendServicesObj) *cloud.MockRegionBackendServicesObj {
			o.Name, o.SelfLink = key.Name, old.ToGA().SelfLink
			return &cloud.MockRegionBackendServicesObj{Obj: o}
		})
	}
	m.MockHealthChecks.UpdateHook = func(_ context.Context, key *meta.Key, o *compute.HealthCheck, of *cloud.MockHealthChecks, _ ...cloud.Option) error {
		if err := refuseTimes(o.TimeoutSec, o.CheckIntervalSec); err != nil {
			return err
		}
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockHealthChecksObj) *cloud.MockHealthChecksObj {
			o.Name, o.SelfLink = key.Name, old.ToGA().SelfLink
			return &cloud.MockHealthChecksObj{Obj: o}
		})
	}
	m.MockRegionHealthChecks.UpdateHook = func(_ context.Context, key *meta.Key, o *compute.HealthCheck, of *cloud.MockRegionHealthChecks, _ ...cloud.Option) error {
		if err := refuseTimes(o.TimeoutSec, o.CheckIntervalSec); err != nil {
			return err
		}
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockRegionHealthChecksObj) *cloud.MockRegionHealthChecksObj {
			o.Name, o.SelfLink = key.Name, old.ToGA().SelfLink
			return &cloud.MockRegionHealthChecksObj{Obj: o}
		})
	}
	keepBeta(m)
	keepFirewall := func(_ context.Context, key *meta.Key, o *compute.Firewall, of *cloud.MockFirewalls, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(*cloud.MockFirewallsObj) *cloud.MockFirewallsObj {
			return &cloud.MockFirewallsObj{Obj: o}
		})
	}
	m.MockFirewalls.UpdateHook, m.MockFirewalls.PatchHook = keepFirewall, keepFirewall
	m.MockBackendServices.SetSecurityPolicyHook = func(_ context.Context, key *meta.Key, ref *compute.SecurityPolicyReference, of *cloud.MockBackendServices, _ ...cloud.Option) error {
		return changeBackend(of, key, func(o *compute.BackendService) {
			// No reference at all takes the policy off (pkg/composite SetSecurityPolicy).
			o.SecurityPolicy = ""
			if ref != nil {
				o.SecurityPolicy = ref.SecurityPolicy
			}
		})
	}
	m.MockBackendServices.AddSignedUrlKeyHook = func(_ context.Context, key *meta.Key, signed *compute.SignedUrlKey, of *cloud.MockBackendServices, _ ...cloud.Option) error {
		return changeBackend(of, key, func(o *compute.BackendService) {
			policy := compute.BackendServiceCdnPolicy{}
			if o.CdnPolicy != nil {
				policy = *o.CdnPolicy
			}
			policy.SignedUrlKeyNames = append(append([]string{}, policy.SignedUrlKeyNames...), signed.KeyName)
			o.CdnPolicy = &policy
		})
	}
	m.MockBackendServices.DeleteSignedUrlKeyHook = func(_ context.Context, key *meta.Key, name string, of *cloud.MockBackendServices, _ ...cloud.Option) error {
		return changeBackend(of, key, func(o *compute.BackendService) {
			if o.CdnPolicy == nil {
				return
			}
			policy := *o.CdnPolicy
			policy.SignedUrlKeyNames = slices.DeleteFunc(slices.Clone(policy.SignedUrlKeyNames), func(other string) bool { return other == name })
			o.CdnPolicy = &policy
		})
	}
}

// The controller takes the beta of some resources: HTTP2 of internal load balancers once was one of them.
func keepBeta(m *cloud.MockGCE) {
	m.MockBetaRegionBackendServices.UpdateHook = func(_ context.Context, key *meta.Key, o *computebeta.BackendService, of *cloud.MockBetaRegionBackendServices, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockRegionBackendServicesObj) *cloud.MockRegionBackendServicesObj {
			o.Name, o.SelfLink = key.Name, old.ToGA().SelfLink
			return &cloud.MockRegionBackendServicesObj{Obj: o}
		})
	}
	m.MockBetaBackendServices.UpdateHook = func(_ context.Context, key *meta.Key, o *computebeta.BackendService, of *cloud.MockBetaBackendServices, _ ...cloud.Option) error {
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockBackendServicesObj) *cloud.MockBackendServicesObj {
			was := old.ToGA()
			o.Name, o.SelfLink, o.SecurityPolicy = key.Name, was.SelfLink, was.SecurityPolicy
			return &cloud.MockBackendServicesObj{Obj: o}
		})
	}
	m.MockBetaHealthChecks.UpdateHook = func(_ context.Context, key *meta.Key, o *computebeta.HealthCheck, of *cloud.MockBetaHealthChecks, _ ...cloud.Option) error {
		if err := refuseTimes(o.TimeoutSec, o.CheckIntervalSec); err != nil {
			return err
		}
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockHealthChecksObj) *cloud.MockHealthChecksObj {
			o.Name, o.SelfLink = key.Name, old.ToGA().SelfLink
			return &cloud.MockHealthChecksObj{Obj: o}
		})
	}
	m.MockBetaRegionHealthChecks.UpdateHook = func(_ context.Context, key *meta.Key, o *computebeta.HealthCheck, of *cloud.MockBetaRegionHealthChecks, _ ...cloud.Option) error {
		if err := refuseTimes(o.TimeoutSec, o.CheckIntervalSec); err != nil {
			return err
		}
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockRegionHealthChecksObj) *cloud.MockRegionHealthChecksObj {
			o.Name, o.SelfLink = key.Name, old.ToGA().SelfLink
			return &cloud.MockRegionHealthChecksObj{Obj: o}
		})
	}
}

func changeBackend(of *cloud.MockBackendServices, key *meta.Key, change func(*compute.BackendService)) error {
	return replace(&of.Lock, of.Objects, key, func(old *cloud.MockBackendServicesObj) *cloud.MockBackendServicesObj {
		changed := *old.ToGA()
		change(&changed)
		return &cloud.MockBackendServicesObj{Obj: &changed}
	})
}
