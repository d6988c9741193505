using IlgpuGan.Models.Families;
using IlgpuGan.Models.Generation;

namespace IlgpuGan.Serve;

/// <summary>A named model that generates pictures.</summary>
internal sealed class ServedGenerator(string name, PictureGenerator generator) : INamedModel, IDisposable
{
    public string Name => name;

    public PictureGenerator Generator => generator;

    public object Describe()
    {
        var spec = generator.Spec;
        return new
        {
            name,
            family = generator.Options.Model,
            directions = Array.Empty<string>(),
            labels = (spec.Labels is { } set ? [set] : Array.Empty<LabelSet>()).Select(l => new { names = l.Names, exclude = l.Exclude }),
            has_many_answers = false,
            examples = 0,
            makes = new
            {
                from = spec.From,
                finest_scale = generator.FinestScale,
                size = spec.Uses.HasFlag(GenerationUses.Size),
                inject = spec.Uses.HasFlag(GenerationUses.Inject) && generator.FinestScale > 0,
            },
        };
    }

    public void Dispose() => generator.Dispose();
}
