namespace IlgpuGan.Models.Families.StackGan;

/// <summary>A model whose networks are told a vector: a label's by a fixed random matrix, or the user's own embedding.</summary>
public abstract class StackedModel<TOptions> : NoiseModel<TOptions>
    where TOptions : StackedOptions
{
    /// <summary>Deviation of the matrix that makes vectors of labels: of three attributes about 1.</summary>
    private const float DeviationOfEmbedding = 0.577f;

    /// <summary>Embeddings of the first batch that are kept.</summary>
    private const int MostKept = 16;

    /// <summary>The same matrix in every run: a label's vector is no part of what chance decides.</summary>
    private static readonly RandomKey s_embedding = new(0x57AC6, RandomStream.Initialization, 0, 0);

    /// <summary>[labels, numbers]; null where the networks get the label itself.</summary>
    private readonly Tensor? _embedding;

    /// <summary>
    /// Embeddings [16, numbers] of the first batch, one after the other and again: by which a run shows pictures, and <c>generate</c> makes
    /// them where it is given no others. Null where pictures are asked for by labels.
    /// </summary>
    private readonly Tensor? _kept;

    protected StackedModel(TOptions options, Device device)
        : base(options, device)
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
            float[][] told = [.. labels.ToArray().Chunk(Options.Embedding)];
            _kept.CopyFrom([.. Enumerable.Range(0, MostKept).SelectMany(i => told[i % told.Length])]);
        }
    }

    /// <summary>The vectors [N, numbers] of a batch.</summary>
    protected Tensor Told(Batch batch) => Embedded(batch[LabelledPictures.NameOfLabel]);

    /// <summary>Those of pictures to generate.</summary>
    protected Tensor Told(GenerationDraw draw) => _kept is null ? Embedded(draw.Labels()) : draw.Embeddings(_kept);

    private Tensor Embedded(Tensor labels) => _embedding is null ? labels : labels.MatMul(_embedding);
}
