// The rich text editor's "glossary term" and "source": chosen from a list, kept by their key.
(() => {
    const { ModalWorkflowSource, TooltipEntity, registerPlugin } = window.draftail;

    class KeySource extends ModalWorkflowSource {
        getChooserConfig() {
            return {
                url: this.props.entityType.chooserUrl,
                urlParams: {},
                onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
                responses: { chosen: this.onChosen },
            };
        }

        filterEntityData(chosen) {
            return { key: chosen.key };
        }
    }

    const { createElement } = window.React;

    function KeyLink(props) {
        const entity = props.contentState.getEntity(props.entityKey);
        const name = entity.getType() === "TERM" ? "tag" : "openquote";
        const icon = createElement(
            "svg",
            { className: `icon icon-${name}`, "aria-hidden": "true" },
            createElement("use", { href: `#icon-${name}` }),
        );
        const label = entity.getData().key || "?";
        return createElement(TooltipEntity, { ...props, icon, label }, props.children);
    }

    for (const type of ["TERM", "SOURCE"]) {
        registerPlugin({ type, source: KeySource, decorator: KeyLink }, "entityTypes");
    }
})();
