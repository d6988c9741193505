using Mono.Cecil;
using Mono.Cecil.Cil;

namespace IlgpuGan.EngineTests.PublicUse;

/// <summary>
/// These tests may see the engine's internal members, a user may not: what is written here as a user would write it is read again in the
/// compiled assembly, and every member that it names must be public, or protected.
/// </summary>
internal sealed class PublicMembersTests
{
    private const string Engine = "IlgpuGan.Tensors";

    [Test]
    public void OnlyPublicMembersOfTheEngineAreUsed()
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        using var tests =
            ModuleDefinition.ReadModule(typeof(PublicMembersTests).Assembly.Location, new ReaderParameters { AssemblyResolver = resolver });
        var used = new HashSet<string>();
        foreach (var method in tests.GetTypes().Where(t => InThisFolder(t)).SelectMany(t => t.Methods).Where(m => m.HasBody))
        {
            foreach (var operand in method.Body.Instructions.Select(i => i.Operand).OfType<MemberReference>())
            {
                Check(operand, method.FullName, used);
            }
        }

        Assert.That(used, Does.Contain("Op.Run").And.Contain("IKernels.Run").And.Contain("SavedTensors.get_Item"));
    }

    private static bool InThisFolder(TypeDefinition type) =>
        type.Namespace == typeof(PublicMembersTests).Namespace || (type.DeclaringType is { } outer && InThisFolder(outer));

    private static void Check(MemberReference reference, string user, HashSet<string> used)
    {
        var owner = reference as TypeReference ?? reference.DeclaringType;
        if (owner?.GetElementType().Scope?.Name != Engine)
        {
            return;
        }

        var (isOpen, name) = reference switch
        {
            MethodReference m when m.Resolve() is { } method =>
                (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly, $"{owner.Name}.{method.Name}"),
            FieldReference f when f.Resolve() is { } field => (field.IsPublic || field.IsFamily, $"{owner.Name}.{field.Name}"),
            _ => (true, owner.Name),
        };
        used.Add(name);
        Assert.That(isOpen && IsVisible(owner.Resolve()), Is.True, $"{user} uses {reference.FullName}, which is not public");
    }

    private static bool IsVisible(TypeDefinition type) =>
        type.IsPublic || (type.IsNestedPublic && IsVisible(type.DeclaringType));
}
