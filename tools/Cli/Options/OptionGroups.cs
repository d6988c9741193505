namespace IlgpuGan.Cli.Options;

/// <summary>Headings under which the help of a family shows its options.</summary>
internal static class OptionGroups
{
    private const string Network = "Network";
    private const string Losses = "Losses";

    /// <summary>Names of options by heading, in the order of the help; options not listed here are under "Network".</summary>
    private static readonly (string Title, string[] Names)[] s_groups =
    [
        ("Options", ["data", "out", "init-from", "network", "preset", "config", "estimate", "preview", "help"]),
        ("Data", [.. """
            direction preprocess load-size crop-size image-size centre-crop flip augment-affine augment-elastic augment-colour input-nc
            output-nc max-dataset-size serial-batches batch-size batch-c batch-g conditional label-kind labels labelled labelled-c
            labelled-d data2 label-kind2 labels2 centre-crop2 label-maps label-nc contain-dontcare-label palette instance points
            crops-per-epoch min-size max-size scale-factor own-embeddings
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]),
        (Network, []),
        (Losses, [.. """
            teacher critic clip objective mean energy margin gamma alpha vgg pool-size starting-rate default-rate nce-identity
            nce-all-negatives nce-layers nce-temperature num-patches flip-equivariance
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]),
        ("Schedule, checkpoints and samples", [.. """
            epochs epochs-decay steps seed lr beta1 beta2 lr-policy lr-decay-epochs optimizer momentum ttur half-life niter niter-fix-global
            n-critic d-steps dsteps gsteps update-interval gan-curriculum grow fade-images hold-images pretrain-d classifier-steps
            classifier-lr fakes-from decay-every save-epoch-freq save-steps keep-last sample-freq log-freq keep-best evaluate-freq patience
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]),
        ("Device and processes", ["device", "threads", "precision", "eager", "tune", "reduction", "exchange", "sync-batch-norm"]),
    ];

    /// <summary>The listed names, except those of the general options.</summary>
    internal static IEnumerable<string> Names => s_groups.Skip(1).SelectMany(group => group.Names);

    /// <summary>The heading of an option, given without its dashes.</summary>
    public static string Of(string name) =>
        name.StartsWith("lambda-", StringComparison.Ordinal) || name.EndsWith("-mode", StringComparison.Ordinal) ? Losses
        : s_groups.FirstOrDefault(group => group.Names.Contains(name)).Title ?? Network;

    /// <summary>The position of a heading in the help.</summary>
    public static int PlaceOf(string title) => Array.FindIndex(s_groups, group => group.Title == title);
}
