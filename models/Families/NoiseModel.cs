using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families;

/// <summary>
/// A model that makes pictures of codes, and of labels where its options have some: codes of a step, pictures for a run to show and for
/// <c>generate</c>. A family writes the step.
/// </summary>
public abstract class NoiseModel<TOptions>(TOptions options, Device device) : GanModel<TOptions>(options, device)
    where TOptions : NoiseOptions
{
    /// <summary>Pictures in each direction of what a run shows, where there are no labels.</summary>
    private const int Side = 8;

    /// <summary>Batch norm over vectors needs more than one of them, and an epoch's last batch may have no more.</summary>
    private const int LeastFakes = 2;

    /// <summary>And across at most, where there are: a column for each.</summary>
    private protected const int MostColumns = 16;

    /// <summary>Pictures across in what a run shows.</summary>
    protected virtual int Columns => Options.LabelCount > 0 ? Math.Min(Options.LabelCount, MostColumns) : Side;

    /// <summary>
    /// Fakes that are held against a batch: as many as it has samples, but two against a single one. One against each where samples are
    /// taken one by one, whose norms take the statistics of all.
    /// </summary>
    /// <param name="count">samples of the batch</param>
    protected int FakesFor(int count) => SplitSampleCount > 1 ? count : Math.Max(count, LeastFakes);

    /// <summary>Codes [N, numbers], others in each step.</summary>
    /// <param name="name">of the draw, unique in a step</param>
    /// <param name="count">N</param>
    protected Tensor Codes(string name, int count) => Noise(name, new Shape(count, Options.Nz));

    /// <summary>The same of any shape.</summary>
    protected Tensor Noise(string name, Shape shape) =>
        Options.Noise == NoiseKind.Normal ? Normal(name, shape) : Uniform(name, shape).Affine(2, -1);

    /// <summary>Noise for samples, [pictures, …].</summary>
    /// <param name="draw">of the pictures</param>
    /// <param name="number">which of a picture's draws, from 0</param>
    /// <param name="ofOne">shape of one picture's numbers</param>
    protected Tensor Noise(GenerationDraw draw, uint number, Shape ofOne) =>
        Options.Noise == NoiseKind.Normal ? draw.Normal(number, ofOne) : draw.Uniform(number, ofOne).Affine(2, -1);

    /// <summary>The labels of pictures to generate; null for unconditional networks.</summary>
    protected Tensor? LabelsOf(GenerationDraw draw) => Options.LabelCount > 0 ? draw.Labels() : null;

    /// <summary>The labels of a batch, [N, places]; null for unconditional networks.</summary>
    protected Tensor? LabelsOf(Batch batch) => Options.LabelCount > 0 ? batch[LabelledPictures.NameOfLabel] : null;

    /// <summary>Pictures [N, C, H, W] of codes [N, numbers] and labels [N, places]: a forward of the generator.</summary>
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

    /// <summary>The same as a constant: the generator is fixed in a step of its discriminator.</summary>
    protected Tensor MakeConstant(Tensor codes, Tensor? labels)
    {
        using var constants = GradMode.NoGrad();
        return Make(codes, labels);
    }

    protected override Tensor Draw(GenerationDraw draw) => Make(Noise(draw, 0, new Shape(Options.Nz)), LabelsOf(draw));

    /// <summary>
    /// The same codes all through a run, those that <c>generate</c> begins with under the run's seed; a column for each label.
    /// </summary>
    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        var columns = Columns;
        var request = new GenerationRequest { Seed = Options.Seed, Count = Side * columns };
        var spec = Family.Generation(Options)!;
        using var pictures = Evaluated(() => TensorOps.Concat(0, [.. Batches(request, spec)]));
        return [Tiled(pictures, columns)];
    }

    /// <summary>What <see cref="Draw"/> makes of a request, as many pictures at a time as <c>generate</c> makes.</summary>
    private IEnumerable<Tensor> Batches(GenerationRequest request, GenerationSpec spec)
    {
        for (var first = 0; first < request.Count; first += spec.BatchSize)
        {
            var together = spec with { BatchSize = Math.Min(spec.BatchSize, request.Count - first) };
            yield return Draw(new GenerationDraw(request, together, first, Device));
        }
    }

    /// <summary>Runs the networks in evaluation mode.</summary>
    private Tensor Evaluated(Func<Tensor> make)
    {
        List<Module> training = [.. Networks.Select(n => n.Network).Where(n => n.Training)];
        training.ForEach(n => n.Eval());
        var made = make();
        training.ForEach(n => n.Train());
        return made;
    }

    /// <summary>Pictures [rows·columns, C, H, W] row by row as one, [1, C, rows·H, columns·W].</summary>
    private static Tensor Tiled(Tensor pictures, int columns)
    {
        var (count, channels, height, width) = (pictures.Shape[0], pictures.Shape[1], pictures.Shape[2], pictures.Shape[3]);
        var rows = count / columns;
        using var places = pictures.Reshape(rows, columns, channels, height, width);
        using var ordered = places.Permute(2, 0, 3, 1, 4);
        return ordered.Reshape(1, channels, rows * height, columns * width);
    }
}
