// SPDX-License-Identifier: Apache-2.0
package import Collectors

private let live = Command.live.union([.config])

/// Where members are found without being named.
extension OptionKey<Bool> {
    /// Whether members are looked for in pods.
    package static var kubernetes: Self {
        OptionKey(
            toggle: "kubernetes", default: false, live, .kubernetes,
            "Find members in the pods of a Kubernetes cluster, and show their pods, workloads and events: as the kubeconfig "
                + "says, or within a pod as its service account.")
    }

    /// Whether all namespaces are watched.
    package static var allNamespaces: Self {
        OptionKey(
            toggle: "all-namespaces", short: "A", default: false, live, .kubernetes,
            "Look at the pods of all namespaces.")
    }

    /// Whether the logs of members are followed.
    package static var podLogs: Self {
        OptionKey(
            toggle: "pod-logs", default: true, live, .kubernetes, "Do not follow the logs of members in pods.")
    }

    /// Whether events are watched.
    package static var kubeEvents: Self {
        OptionKey(
            toggle: "kube-events", default: true, live, .kubernetes, "Do not watch the events of Kubernetes.")
    }
}

extension OptionKey<Bool> {
    /// Whether what Istio is told to do is watched.
    package static var istio: Self {
        OptionKey(
            toggle: "istio", default: true, live, .kubernetes,
            "Do not watch Istio's objects (they are where the cluster has them).")
    }
}

extension OptionKey<[String]> {
    /// Files that stand for the API server.
    package static var kubernetesDump: Self {
        OptionKey(
            repeated: "kubernetes-dump", .path, live, .kubernetes, "PATH",
            "A file or folder of what kubectl get -o yaml or json prints, instead of an API server; repeatable. What is not in "
                + "the files is unknown.")
    }
}

extension OptionKey<String?> {
    /// The kubeconfig.
    package static var kubeconfig: Self {
        OptionKey(
            "kubeconfig", .path, live, .kubernetes, "FILE",
            "The kubeconfig (default: those that KUBECONFIG names, else ~/.kube/config).")
    }

    /// The context.
    package static var context: Self {
        OptionKey(
            "context", .text(), live, .kubernetes, "NAME",
            "The context of the kubeconfig (default: its current one).")
    }

    /// Which pods are looked at.
    package static var selector: Self {
        OptionKey(
            "selector", short: "l", .text(example: "app=shop"), live, .kubernetes, "EXPR",
            "Which pods are looked at, as kubectl's --selector: app=shop,tier!=test (default: those that declare a management "
                + "port).")
    }
}

extension OptionKey<String> {
    /// The name of the management port.
    package static var portName: Self {
        OptionKey(
            "port-name", .word(example: "management"), default: "management", live, .kubernetes, "NAME",
            "The name of the containers' management port; without one of that name 8558, 7626 or the port of the readiness "
                + "check on /ready is it.")
    }
}

extension OptionKey<PodReach> {
    /// How members in pods are reached.
    package static var via: OptionKey<PodReach> {
        OptionKey(
            "via", .choice(), default: .auto, live, .kubernetes, "WAY",
            "How members in pods are reached: direct at the pod's address, proxy through the API server, forward as kubectl "
                + "port-forward does; auto is direct, and proxy where that leads nowhere.")
    }
}

extension OptionTable {
    static let kubernetesRows: [OptionRow] = [
        OptionKey.kubernetes.row, OptionKey.kubeconfig.row, OptionKey.context.row, OptionKey.allNamespaces.row,
        OptionKey.selector.row, OptionKey.portName.row, OptionKey.via.row, OptionKey.podLogs.row,
        OptionKey.kubeEvents.row, OptionKey.istio.row, OptionKey.kubernetesDump.row,
    ]
}
