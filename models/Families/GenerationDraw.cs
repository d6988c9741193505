namespace IlgpuGan.Models.Families;

/// <summary>
/// What a batch of generated pictures is made from. Numbers of a picture follow from the seed, the picture's number and the number of the
/// draw alone. On a way from one picture to another they are those of both ends, turned from one into the other, which keeps their
/// distribution.
/// </summary>
/// <param name="request">what was asked for</param>
/// <param name="spec">what the family has</param>
/// <param name="first">number of the batch's first picture, from 0</param>
/// <param name="device">where the numbers go</param>
public sealed class GenerationDraw(GenerationRequest request, GenerationSpec spec, int first, Device device)
{
    public GenerationRequest Request => request;

    /// <summary>Numbers from N(0, 1), [pictures, …].</summary>
    /// <param name="draw">which of a picture's draws, from 0</param>
    /// <param name="ofOne">shape of one picture's numbers</param>
    public Tensor Normal(uint draw, Shape ofOne) => EachPicture(i => Turned(i, draw, Batched(ofOne)));

    /// <summary>Numbers from [0, 1), [pictures, …]; on a way from one picture to another the weighted means of both ends.</summary>
    /// <inheritdoc cref="Normal"/>
    public Tensor Uniform(uint draw, Shape ofOne) => EachPicture(i => request.Interpolate
        ? Tensor.Uniform(KeyOf(0, draw), Batched(ofOne), device).Lerp(Tensor.Uniform(KeyOf(1, draw), Batched(ofOne), device), PartOf(i))
        : Tensor.Uniform(KeyOf(i, draw), Batched(ofOne), device));

    /// <summary>The labels of the pictures, [pictures, places]: the one that was asked for, or each of them alone, in turn.</summary>
    public Tensor Labels()
    {
        var set = spec.Labels ?? throw new InvalidOperationException($"pictures from {spec.From} have no labels");
        var asked = request.Label is { } label ? LabelText.Vector([set], label) : null;
        var values = new float[spec.BatchSize * set.Names.Count];
        for (var i = 0; i < spec.BatchSize; i++)
        {
            var own = values.AsSpan(i * set.Names.Count, set.Names.Count);
            if (asked is not null)
            {
                asked.CopyTo(own);
            }
            else
            {
                own[request.Interpolate ? 0 : (first + i) % set.Names.Count] = 1;
            }
        }

        return Tensor.From(values, new Shape(spec.BatchSize, set.Names.Count), device);
    }

    /// <summary>
    /// The embeddings of the pictures, [pictures, numbers]: those that were asked for, or others, in turn; on a way the first.
    /// </summary>
    /// <param name="others">[M, numbers]</param>
    public Tensor Embeddings(Tensor others)
    {
        var numbers = others.Shape[1];
        var all = request.Embeddings ?? [.. others.ToArray().Chunk(numbers)];
        float[] values = [.. Enumerable.Range(first, spec.BatchSize).SelectMany(i => all[request.Interpolate ? 0 : i % all.Count])];
        return Tensor.From(values, new Shape(spec.BatchSize, numbers), device);
    }

    private Tensor EachPicture(Func<int, Tensor> make) => TensorOps.Concat(0, [.. Enumerable.Range(first, spec.BatchSize).Select(make)]);

    private Tensor Turned(int picture, uint draw, Shape shape)
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
