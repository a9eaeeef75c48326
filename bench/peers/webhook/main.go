// A webhook as a Go programmer would write it with controller-runtime: the three rules that the guard is known for, typed
// objects, the library's own server, decoder and answers.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const neg = "cloud.google.com/neg"

type mutator struct{ decoder admission.Decoder }

func (m mutator) Handle(_ context.Context, req admission.Request) admission.Response {
	service := &corev1.Service{}
	if err := m.decoder.Decode(req, service); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if _, isThere := service.Annotations[neg]; isThere {
		return admission.Allowed("")
	}
	if service.Annotations == nil {
		service.Annotations = map[string]string{}
	}
	service.Annotations[neg] = `{"ingress":true}`
	changed, err := json.Marshal(service)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	return admission.PatchResponseFromRaw(req.Object.Raw, changed)
}

type validator struct{ decoder admission.Decoder }

func (v validator) Handle(_ context.Context, req admission.Request) admission.Response {
	switch req.Kind.Kind {
	case "Ingress":
		ingress := &networkingv1.Ingress{}
		if err := v.decoder.Decode(req, ingress); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		return judgeIngress(ingress)
	case "Deployment":
		deployment := &appsv1.Deployment{}
		if err := v.decoder.Decode(req, deployment); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		return judgeDeployment(deployment)
	}
	return admission.Allowed("")
}

func judgeIngress(ingress *networkingv1.Ingress) admission.Response {
	class := ingress.Annotations["kubernetes.io/ingress.class"]
	if class == "" && ingress.Spec.IngressClassName != nil {
		class = *ingress.Spec.IngressClassName
	}
	if class != "gce" && class != "gce-internal" {
		return admission.Allowed("")
	}
	for _, rule := range ingress.Spec.Rules {
		if rule.HTTP == nil {
			continue
		}
		for _, path := range rule.HTTP.Paths {
			if at := strings.Index(path.Path, "*"); at >= 0 && at < len(path.Path)-1 {
				return admission.Denied(fmt.Sprintf("path %s: * may only be the last character", path.Path))
			}
		}
	}
	return admission.Allowed("")
}

func judgeDeployment(deployment *appsv1.Deployment) admission.Response {
	for _, container := range deployment.Spec.Template.Spec.Containers {
		isArgo := strings.Contains(container.Image, "argocd") && container.ReadinessProbe != nil
		isInsecure := false
		for _, arg := range append(container.Command, container.Args...) {
			isInsecure = isInsecure || arg == "--insecure"
		}
		if isArgo && !isInsecure {
			return admission.Allowed("").WithWarnings("argocd-server answers 307: Google's health check fails")
		}
	}
	return admission.Allowed("")
}

func main() {
	certDir := flag.String("cert-dir", "", "with tls.crt and tls.key")
	port := flag.Int("port", 0, "on loopback")
	flag.Parse()
	log.SetLogger(zap.New())
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		panic(err)
	}
	decoder := admission.NewDecoder(scheme)
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: *port, CertDir: *certDir})
	server.Register("/mutate", &webhook.Admission{Handler: mutator{decoder}})
	server.Register("/validate", &webhook.Admission{Handler: validator{decoder}})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := server.Start(ctx); err != nil {
		panic(err)
	}
}
