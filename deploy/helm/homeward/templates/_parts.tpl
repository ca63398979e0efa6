{{/* Labels of everything; with a process, those by which its pods are found. */}}
{{- define "homeward.labels" -}}
app.kubernetes.io/name: homeward
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "homeward.selector" -}}
app.kubernetes.io/name: homeward
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "homeward.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "homeward.env" -}}
- name: HOMEWARD_DATA
  value: /data
- name: HOMEWARD_POSTGRES_URL
  valueFrom:
    secretKeyRef: {name: {{ .Values.secrets.addresses }}, key: postgres-url}
- name: HOMEWARD_POSTGRES_WEB_URL
  valueFrom:
    secretKeyRef: {name: {{ .Values.secrets.addresses }}, key: postgres-web-url}
- name: HOMEWARD_NATS_URL
  valueFrom:
    secretKeyRef: {name: {{ .Values.secrets.addresses }}, key: nats-url}
- name: HOMEWARD_PUBLIC_NAMES
  value: {{ join "," .Values.publicNames | quote }}
- name: HOMEWARD_MQTT_HOST
  value: 0.0.0.0
- name: HOMEWARD_WEB_HOST
  value: 0.0.0.0
- name: HOMEWARD_WEB_PORT
  value: "8443"
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
The data folder: in memory, ours to write, filled from the secrets before anything starts. Of accounts on
the bus a pod has that of its process, and that of the commands somebody runs in it.
*/}}
{{- define "homeward.seed" -}}
- name: seed
  image: {{ include "homeward.image" .root }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  command:
    - /bin/sh
    - -ec
    - |
      umask 077
      mkdir -p /data/certificates /data/keys /data/ready
      cp -L /seed/certificates/* /data/certificates/
      for file in /seed/keys/*; do
        case "$file" in
          */nats-{{ .name }}.password | */nats-command.password) ;;
          */nats-*.password) continue ;;
        esac
        cp -L "$file" /data/keys/
      done
  securityContext: {{- include "homeward.security" . | nindent 4 }}
  resources:
    requests: {cpu: 10m, memory: 16Mi}
    limits: {memory: 64Mi}
  volumeMounts:
    - {name: data, mountPath: /data}
    - {name: certificates, mountPath: /seed/certificates, readOnly: true}
    - {name: keys, mountPath: /seed/keys, readOnly: true}
{{- end }}

{{- define "homeward.mounts" -}}
- {name: data, mountPath: /data}
- {name: tmp, mountPath: /tmp}
{{- if .Values.secrets.trusted }}
- {name: trusted, mountPath: /etc/homeward, readOnly: true}
{{- end }}
{{- end }}

{{- define "homeward.volumes" -}}
- name: data
  emptyDir: {medium: Memory, sizeLimit: 64Mi}
- name: tmp
  emptyDir: {sizeLimit: 2Gi}
- name: certificates
  secret: {secretName: {{ .Values.secrets.certificates }}, defaultMode: 0440}
- name: keys
  secret: {secretName: {{ .Values.secrets.keys }}, defaultMode: 0440}
{{- if .Values.secrets.trusted }}
- name: trusted
  secret: {secretName: {{ .Values.secrets.trusted }}, defaultMode: 0444}
{{- end }}
{{- end }}

{{- define "homeward.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "homeward.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
