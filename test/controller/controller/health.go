// How healthy Google finds backends: what a test says, and else all of them.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud"
	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/meta"
	compute "google.golang.org/api/compute/v1"
)

// healthBook has the states of a backend service's endpoints by its name; none where nobody has said anything.
type healthBook struct {
	lock   sync.Mutex
	states map[string][]string
}

func newHealthBook() *healthBook { return &healthBook{states: map[string][]string{}} }

// of is what REST backendServices.getHealth answers: one status for each endpoint, none where the group is empty.
func (b *healthBook) of(name string) *compute.BackendServiceGroupHealth {
	b.lock.Lock()
	defer b.lock.Unlock()
	states, said := b.states[name]
	if !said {
		states = []string{"HEALTHY"}
	}
	health := &compute.BackendServiceGroupHealth{}
	for _, state := range states {
		health.HealthStatus = append(health.HealthStatus, &compute.HealthStatus{HealthState: state})
	}
	return health
}

func (b *healthBook) set(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Backend string   `json:"backend"`
		States  []string `json:"states"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.lock.Lock()
	defer b.lock.Unlock()
	b.states[body.Backend] = body.States
	answer(w, map[string]any{})
}

func answerHealth(m *cloud.MockGCE, book *healthBook) {
	m.MockBackendServices.GetHealthHook = func(_ context.Context, key *meta.Key, _ *compute.ResourceGroupReference, _ *cloud.MockBackendServices, _ ...cloud.Option) (*compute.BackendServiceGroupHealth, error) {
		return book.of(key.Name), nil
	}
	m.MockRegionBackendServices.GetHealthHook = func(_ context.Context, key *meta.Key, _ *compute.ResourceGroupReference, _ *cloud.MockRegionBackendServices, _ ...cloud.Option) (*compute.BackendServiceGroupHealth, error) {
		return book.of(key.Name), nil
	}
}
