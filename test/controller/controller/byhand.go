// What somebody sets in Google by hand, beside the controller.
package main

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/meta"
	compute "google.golang.org/api/compute/v1"
	"k8s.io/cloud-provider-gcp/providers/gce"
)

func setByHand(google *gce.Cloud) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			// Of a global resource, such as "global/healthChecks/x".
			Link string `json:"link"`
			// Fields of Google's REST resource; the others stay.
			Set json.RawMessage `json:"set"`
		}
		err := json.NewDecoder(r.Body).Decode(&body)
		if err == nil {
			err = edit(google.Compute().(*cloud.MockGCE), body.Link, body.Set)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(w, map[string]any{})
	}
}

func edit(m *cloud.MockGCE, link string, set json.RawMessage) error {
	collection, name, _ := strings.Cut(strings.TrimPrefix(link, "global/"), "/")
	key := meta.GlobalKey(name)
	switch collection {
	case "backendServices":
		of := m.MockBackendServices
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockBackendServicesObj) *cloud.MockBackendServicesObj {
			return &cloud.MockBackendServicesObj{Obj: with(old.ToGA(), set)}
		})
	case "healthChecks":
		of := m.MockHealthChecks
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockHealthChecksObj) *cloud.MockHealthChecksObj {
			return &cloud.MockHealthChecksObj{Obj: with(old.ToGA(), set)}
		})
	case "urlMaps":
		of := m.MockUrlMaps
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockUrlMapsObj) *cloud.MockUrlMapsObj {
			return &cloud.MockUrlMapsObj{Obj: with(old.ToGA(), set)}
		})
	case "targetHttpsProxies":
		of := m.MockTargetHttpsProxies
		return replace(&of.Lock, of.Objects, key, func(old *cloud.MockTargetHttpsProxiesObj) *cloud.MockTargetHttpsProxiesObj {
			return &cloud.MockTargetHttpsProxiesObj{Obj: with(old.ToGA(), set)}
		})
	}
	return bad("nobody edits %s by hand", link)
}

// with is a copy: the controller may be reading the old one.
func with[O compute.BackendService | compute.HealthCheck | compute.UrlMap | compute.TargetHttpsProxy](old *O, set json.RawMessage) *O {
	text, err := json.Marshal(old)
	check(err)
	edited := new(O)
	check(json.Unmarshal(text, edited))
	check(json.Unmarshal(set, edited))
	return edited
}
