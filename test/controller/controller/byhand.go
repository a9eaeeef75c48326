// What somebody changes in Google beside the controller: settings of a backend service.
package main

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/meta"
	compute "google.golang.org/api/compute/v1"
	"k8s.io/cloud-provider-gcp/providers/gce"
)

// setByHand takes the fields that are to change, as Google's own REST resource has them.
func setByHand(google *gce.Cloud) http.HandlerFunc {
	backends := google.Compute().(*cloud.MockGCE).MockBackendServices
	return func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Backend string          `json:"backend"`
			Fields  json.RawMessage `json:"fields"`
		}
		err := json.NewDecoder(r.Body).Decode(&body)
		if err == nil {
			err = changeBackend(backends, meta.GlobalKey(body.Backend), func(o *compute.BackendService) {
				// Decoding writes into what is there: parts that others may read are made anew.
				o.CdnPolicy, o.LogConfig, o.ConnectionDraining, o.Iap = nil, nil, nil, nil
				err = json.Unmarshal(body.Fields, o)
			})
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(w, map[string]any{})
	}
}

func takeSignedUrlKey(o *compute.BackendService, name string) {
	if o.CdnPolicy == nil {
		return
	}
	policy := *o.CdnPolicy
	policy.SignedUrlKeyNames = slices.DeleteFunc(slices.Clone(policy.SignedUrlKeyNames), func(one string) bool { return one == name })
	o.CdnPolicy = &policy
}
