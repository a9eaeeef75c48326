// Instance groups: the controller's own fake, and beside it the ports that each group has names for, which a backend
// service speaks of by name.
package main

import (
	"sync"

	"github.com/GoogleCloudPlatform/k8s-cloud-provider/pkg/cloud/meta"
	compute "google.golang.org/api/compute/v1"
	"k8s.io/ingress-gce/pkg/instancegroups"
)

type instanceGroups struct {
	instancegroups.Provider
	lock  sync.Mutex
	named map[meta.Key][]*compute.NamedPort
}

func newInstanceGroups(maxSize int) *instanceGroups {
	fake := instancegroups.NewFakeInstanceGroups(map[string]instancegroups.IGsToInstances{}, maxSize)
	return &instanceGroups{Provider: fake, named: map[meta.Key][]*compute.NamedPort{}}
}

func (g *instanceGroups) SetNamedPortsOfInstanceGroup(name, zone string, ports []*compute.NamedPort) error {
	if err := g.Provider.SetNamedPortsOfInstanceGroup(name, zone, ports); err != nil {
		return err
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	g.named[*meta.ZonalKey(name, zone)] = ports
	return nil
}

// all is a copy: nobody writes to the lists of ports that are in it.
func (g *instanceGroups) all() []*compute.InstanceGroup {
	g.lock.Lock()
	defer g.lock.Unlock()
	groups := []*compute.InstanceGroup{}
	for key, ports := range g.named {
		groups = append(groups, &compute.InstanceGroup{
			Name:       key.Name,
			SelfLink:   prefix + "zones/" + key.Zone + "/instanceGroups/" + key.Name,
			NamedPorts: ports,
		})
	}
	return sorted(groups, func(o *compute.InstanceGroup) string { return o.SelfLink })
}
