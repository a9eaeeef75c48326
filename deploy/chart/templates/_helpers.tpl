{{- define "gke-ingress-guard.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}{{ with .Values.image.tag }}:{{ . }}{{ end }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "gke-ingress-guard.facts" -}}
{{- include "gke-ingress-guard.document" (dict "name" "facts" "value" .Values.facts "kind" "ClusterFacts") -}}
{{- end -}}

{{- define "gke-ingress-guard.policy" -}}
{{- include "gke-ingress-guard.document" (dict "name" "policy" "value" .Values.policy "kind" "GuardPolicy") -}}
{{- end -}}

{{- /* A file of the guard's: its fields, or its text as it is. */}}
{{- define "gke-ingress-guard.document" -}}
{{- if kindIs "string" .value -}}
{{- $read := fromYaml .value -}}
{{- with $read.Error }}{{ fail (printf "%s is no YAML: %s" $.name .) }}{{ end -}}
{{- if ne (toString $read.kind) .kind }}{{ fail (printf "%s must be a text with kind: %s" .name .kind) }}{{ end -}}
{{ .value }}
{{- else -}}
{{- $head := dict "apiVersion" "gke-ingress-guard.dev/v1" "kind" .kind -}}
{{ toYaml (merge $head (deepCopy (.value | default dict))) }}
{{- end -}}
{{- end -}}
