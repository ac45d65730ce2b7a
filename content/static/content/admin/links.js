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

    function KeyLink(props) {
        const { key } = props.contentState.getEntity(props.entityKey).getData();
        return window.React.createElement(
            TooltipEntity,
            { ...props, icon: props.icon || "tag", label: key || "?" },
            props.children,
        );
    }

    for (const type of ["TERM", "SOURCE"]) {
        registerPlugin({ type, source: KeySource, decorator: KeyLink }, "entityTypes");
    }
})();
