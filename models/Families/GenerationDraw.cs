namespace IlgpuGan.Models.Families;

/// <summary>
/// Random numbers, labels and embeddings of a batch of generated pictures. A picture's random numbers depend only on the seed, its index
/// and the index of the draw. Interpolated normal numbers are rotated from those of the first picture to those of the last, which keeps
/// their distribution.
/// </summary>
/// <param name="request">the pictures to generate</param>
/// <param name="spec">of the family</param>
/// <param name="first">index of the batch's first picture, from 0</param>
/// <param name="device">of the tensors</param>
public sealed class GenerationDraw(GenerationRequest request, GenerationSpec spec, int first, Device device)
{
    public GenerationRequest Request => request;

    /// <summary>Numbers from N(0, 1), [pictures, …].</summary>
    /// <param name="draw">index of the draw within a picture, from 0</param>
    /// <param name="ofOne">shape of one picture's numbers</param>
    public Tensor Normal(uint draw, Shape ofOne) => EachPicture(i => NormalOf(i, draw, Batched(ofOne)));

    /// <summary>Numbers from [0, 1), [pictures, …]; with <c>Interpolate</c>, weighted means of the first and last picture's.</summary>
    /// <inheritdoc cref="Normal"/>
    public Tensor Uniform(uint draw, Shape ofOne) => EachPicture(i => request.Interpolate
        ? Tensor.Uniform(KeyOf(0, draw), Batched(ofOne), device).Lerp(Tensor.Uniform(KeyOf(1, draw), Batched(ofOne), device), PartOf(i))
        : Tensor.Uniform(KeyOf(i, draw), Batched(ofOne), device));

    /// <summary>The labels of the pictures, [pictures, places]: the requested one or ones in turn, or the single labels in turn.</summary>
    public Tensor Labels()
    {
        var set = spec.Labels ?? throw new InvalidOperationException($"pictures from {spec.From} have no labels");
        var requested = request.Label is { } label ? LabelText.Vector([set], label) : null;
        var values = new float[spec.BatchSize * set.Names.Count];
        for (var i = 0; i < spec.BatchSize; i++)
        {
            var own = values.AsSpan(i * set.Names.Count, set.Names.Count);
            if (request.Labels is { } inTurn)
            {
                inTurn[(first + i) % inTurn.Count].CopyTo(own);
            }
            else if (requested is not null)
            {
                requested.CopyTo(own);
            }
            else
            {
                own[request.Interpolate ? 0 : (first + i) % set.Names.Count] = 1;
            }
        }

        return Tensor.From(values, new Shape(spec.BatchSize, set.Names.Count), device);
    }

    /// <summary>
    /// The embeddings of the pictures, [pictures, numbers]: the requested ones in turn, or else the stored ones; the first with
    /// <c>Interpolate</c>.
    /// </summary>
    /// <param name="stored">[M, numbers]</param>
    public Tensor Embeddings(Tensor stored)
    {
        var numbers = stored.Shape[1];
        var all = request.Embeddings ?? [.. stored.ToArray().Chunk(numbers)];
        float[] values = [.. Enumerable.Range(first, spec.BatchSize).SelectMany(i => all[request.Interpolate ? 0 : i % all.Count])];
        return Tensor.From(values, new Shape(spec.BatchSize, numbers), device);
    }

    private Tensor EachPicture(Func<int, Tensor> make) => TensorOps.Concat(0, [.. Enumerable.Range(first, spec.BatchSize).Select(make)]);

    private Tensor NormalOf(int picture, uint draw, Shape shape)
    {
        if (!request.Interpolate)
        {
            return Tensor.Normal(KeyOf(picture, draw), shape, device);
        }

        var angle = PartOf(picture) * MathF.PI / 2;
        var (from, to) = (Tensor.Normal(KeyOf(0, draw), shape, device), Tensor.Normal(KeyOf(1, draw), shape, device));
        return from.Affine(MathF.Cos(angle), 0).Add(to.Affine(MathF.Sin(angle), 0));
    }

    /// <summary>Position of a picture in an interpolation, from 0 to 1.</summary>
    private float PartOf(int picture) => Math.Min(picture / Math.Max(request.Count - 1f, 1), 1);

    private RandomKey KeyOf(int picture, uint draw) => new(request.Seed, RandomStream.Generation, (uint)picture, draw);

    private static Shape Batched(Shape ofOne) => new([1, .. ofOne.ToArray()]);
}
