namespace IlgpuGan.Models.Families.StackGan;

/// <summary>A model conditioned on vectors: labels embedded by a fixed random matrix, or the user's own embeddings.</summary>
internal abstract class StackedModel<TOptions> : NoiseModel<TOptions>
    where TOptions : StackedOptions
{
    /// <summary>Standard deviation of the embedding matrix: the embedding of three attributes then has one of about 1.</summary>
    private const float DeviationOfEmbedding = 0.577f;

    /// <summary>Number of stored embeddings of the first batch.</summary>
    private const int MostKept = 16;

    /// <summary>All runs have the same matrix, whatever their seed.</summary>
    private static readonly RandomKey s_embedding = new(0x57AC6, RandomStream.Initialization, 0, 0);

    /// <summary>The embedding matrix [labels, numbers]; null if the networks get the label itself.</summary>
    private readonly Tensor? _embedding;

    /// <summary>
    /// Embeddings [16, numbers] of the first batch, repeated if it is smaller: for a run's samples, and for <c>generate</c> without
    /// <c>--embeddings</c>. Null if pictures are conditioned on labels.
    /// </summary>
    private readonly Tensor? _kept;

    protected StackedModel(Family family, TOptions options, Device device)
        : base(family, options, device)
    {
        if (options.OwnEmbeddings)
        {
            _kept = AddState("embeddings", new Shape(MostKept, options.Embedding), 0);
        }
        else if (options.Conditional && options.Embedding > 0)
        {
            var random = new RandomSequence(s_embedding);
            _embedding = AddState("embedding", new Shape(options.LabelCount, options.Embedding), 0);
            _embedding.CopyFrom([.. Enumerable.Range(0, options.LabelCount * options.Embedding).Select(
                _ => DeviationOfEmbedding * random.NextNormal())]);
        }
    }

    protected override void BeginStage(int stage, Batch batch)
    {
        if (stage == 0 && _kept is not null)
        {
            using var labels = GatherBatch(batch, LabelledPictures.NameOfLabel);
            float[][] embeddings = [.. labels.ToArray().Chunk(Options.Embedding)];
            _kept.CopyFrom([.. Enumerable.Range(0, MostKept).SelectMany(i => embeddings[i % embeddings.Length])]);
        }
    }

    /// <summary>The label vectors [N, numbers] of a batch.</summary>
    protected Tensor LabelVectors(Batch batch) => Embedded(batch[LabelledPictures.NameOfLabel]);

    /// <summary>The label vectors [N, numbers] of pictures to generate.</summary>
    protected Tensor LabelVectors(GenerationDraw draw) => _kept is null ? Embedded(draw.Labels()) : draw.Embeddings(_kept);

    private Tensor Embedded(Tensor labels) => _embedding is null ? labels : labels.MatMul(_embedding);
}
