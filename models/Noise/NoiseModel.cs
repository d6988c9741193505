using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families;

/// <summary>
/// A model that generates pictures from latent codes, and from labels if its options have some. It provides a step's codes, a run's sample
/// pictures and <c>generate</c>; a family implements the step.
/// </summary>
public abstract class NoiseModel<TOptions>(Family family, TOptions options, Device device) : GanModel<TOptions>(family, options, device)
    where TOptions : NoiseOptions
{
    /// <summary>Rows of a run's sample grid, and its columns if there are no labels.</summary>
    private const int Side = 8;

    /// <summary>Batch norm over vectors needs at least two, and an epoch's last batch may have a single sample.</summary>
    private const int LeastFakes = 2;

    /// <summary>Limit of the grid's columns if there are labels, with one column per label.</summary>
    private protected const int MostColumns = 16;

    /// <summary>Columns of a run's sample grid.</summary>
    protected virtual int Columns => Options.LabelCount > 0 ? Math.Min(Options.LabelCount, MostColumns) : Side;

    /// <summary>
    /// Number of fakes for a batch: one per sample, but two for a batch of one. With split samples always one per sample, since norms then
    /// use the statistics of all samples.
    /// </summary>
    /// <param name="count">number of samples in the batch</param>
    protected int FakesFor(int count) => SplitSampleCount > 1 ? count : Math.Max(count, LeastFakes);

    /// <summary>Latent codes [N, Nz], new in each step.</summary>
    /// <param name="name">of the draw, unique in a step</param>
    /// <param name="count">N</param>
    protected Tensor Codes(string name, int count) => Noise(name, new Shape(count, Options.Nz));

    /// <summary>Noise of any shape with the codes' distribution, new in each step.</summary>
    protected Tensor Noise(string name, Shape shape) =>
        Options.Noise == NoiseKind.Normal ? Normal(name, shape) : Uniform(name, shape).Affine(2, -1);

    /// <summary>Noise for generated pictures, [pictures, …].</summary>
    /// <param name="draw">of the pictures</param>
    /// <param name="number">index of the draw within a picture, from 0</param>
    /// <param name="ofOne">shape of one picture's numbers</param>
    protected Tensor Noise(GenerationDraw draw, uint number, Shape ofOne) =>
        Options.Noise == NoiseKind.Normal ? draw.Normal(number, ofOne) : draw.Uniform(number, ofOne).Affine(2, -1);

    /// <summary>The labels of pictures to generate; null for unconditional networks.</summary>
    protected Tensor? LabelsOf(GenerationDraw draw) => Options.LabelCount > 0 ? draw.Labels() : null;

    /// <summary>The labels of a batch, [N, places]; null for unconditional networks.</summary>
    protected Tensor? LabelsOf(Batch batch) => Options.LabelCount > 0 ? batch[LabelledPictures.NameOfLabel] : null;

    /// <summary>Forward pass of the generator: codes [N, Nz] and labels [N, places] to pictures [N, C, H, W].</summary>
    protected virtual Tensor Make(Tensor codes, Tensor? labels)
    {
        var generator = Network<Layer>(NoiseOptions.GeneratorName);
        if (labels is null)
        {
            return generator.Forward(codes);
        }

        using var both = TensorOps.Concat(1, codes, labels);
        return generator.Forward(both);
    }

    /// <summary><see cref="Make"/> without gradients, for a step of the discriminator.</summary>
    protected Tensor MakeConstant(Tensor codes, Tensor? labels)
    {
        using var constants = GradMode.NoGrad();
        return Make(codes, labels);
    }

    protected override Tensor Draw(GenerationDraw draw) => Make(Noise(draw, 0, new Shape(Options.Nz)), LabelsOf(draw));

    /// <summary>
    /// A grid of pictures, one column per label. The codes are the same throughout a run: the first ones of <c>generate</c> with its seed.
    /// </summary>
    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        var columns = Columns;
        var request = new GenerationRequest { Seed = Options.Seed, Count = Side * columns };
        var spec = Family.Generation(Options)!;
        using var pictures = Evaluated(() => TensorOps.Concat(0, [.. Batches(request, spec)]));
        return [Tiled(pictures, columns)];
    }

    /// <summary>The pictures of a request, in the batches of <c>generate</c>.</summary>
    private IEnumerable<Tensor> Batches(GenerationRequest request, GenerationSpec spec)
    {
        for (var first = 0; first < request.Count; first += spec.BatchSize)
        {
            var batch = spec with { BatchSize = Math.Min(spec.BatchSize, request.Count - first) };
            yield return Draw(new GenerationDraw(request, batch, first, Device));
        }
    }

    /// <summary>Pictures [rows·columns, C, H, W] as one grid, row by row: [1, C, rows·H, columns·W].</summary>
    private static Tensor Tiled(Tensor pictures, int columns)
    {
        var (count, channels, height, width) = (pictures.Shape[0], pictures.Shape[1], pictures.Shape[2], pictures.Shape[3]);
        var rows = count / columns;
        using var places = pictures.Reshape(rows, columns, channels, height, width);
        using var ordered = places.Permute(2, 0, 3, 1, 4);
        return ordered.Reshape(1, channels, rows * height, columns * width);
    }
}
