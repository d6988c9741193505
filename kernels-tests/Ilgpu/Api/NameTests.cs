using System.Reflection;
using ILGPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

/// <summary>
/// The names of ILGPU 1.5.3 that are covered are there, public: programs written for it find them. <c>fixtures/ilgpu-1.5.3.txt</c> has a
/// line for each type, in reflection's words; what is added to the API is added there.
/// </summary>
public sealed class NameTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy;

    [Test]
    public void EveryListedNameIsPublic()
    {
        string[] lines = [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Ilgpu", "Api", "fixtures", "ilgpu-1.5.3.txt"))
            .Where(line => line[0] != '#')];
        Assert.That(lines, Has.Length.GreaterThan(300));
        var missing = new List<string>();
        foreach (string line in lines)
        {
            string[] words = line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries);
            if (typeof(Context).Assembly.GetType(words[0]) is not { IsVisible: true } type)
            {
                missing.Add(words[0]);
                continue;
            }

            var names = type.GetMembers(Declared).Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
            missing.AddRange(words[1..].Where(name => !names.Contains(name)).Select(name => $"{words[0]}.{name}"));
        }

        Assert.That(missing, Is.Empty);
    }
}
