using Mono.Cecil;

namespace IlgpuGan.EngineTests.Autodiff;

/// <summary>References between the rooms of the tensor engine go one way, in signatures and in code.</summary>
internal sealed class NamespaceTests
{
    private const string Engine = "IlgpuGan.Tensors.";

    [TestCase("Devices", "Ops", "Nn", "Optim", "Checkpoints")]
    [TestCase("Ops", "Nn", "Optim", "Checkpoints")]
    [TestCase("Formats", "Devices", "Ops", "Autodiff", "Nn", "Optim", "Checkpoints")]
    [TestCase("Nn", "Optim", "Checkpoints")]
    [TestCase("Optim", "Checkpoints")]
    public void ANamespaceDoesNotUseThoseAboveIt(string room, params string[] above)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(typeof(Tensor).Assembly.Location);
        var types = assembly.MainModule.GetTypes().Where(type => IsIn(type, room)).ToList();
        Assert.That(types, Is.Not.Empty);
        var wrong = types.SelectMany(type => UsedBy(type).Where(used => above.Any(other => IsIn(used, other)))
            .Select(used => $"{type.FullName} -> {used.FullName}"));
        Assert.That(wrong.Distinct().Order(StringComparer.Ordinal), Is.Empty);
    }

    private static bool IsIn(TypeReference type, string room)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.Namespace == Engine + room || type.Namespace.StartsWith($"{Engine}{room}.", StringComparison.Ordinal);
    }

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        var used = new List<TypeReference>();
        if (type.BaseType is { } parent)
        {
            used.Add(parent);
        }

        used.AddRange(type.Interfaces.Select(i => i.InterfaceType));
        used.AddRange(type.Fields.Select(f => f.FieldType));
        foreach (var method in type.Methods)
        {
            used.Add(method.ReturnType);
            used.AddRange(method.Parameters.Select(p => p.ParameterType));
            foreach (var instruction in method.HasBody ? method.Body.Instructions : [])
            {
                switch (instruction.Operand)
                {
                    case TypeReference reference:
                        used.Add(reference);
                        break;
                    case MethodReference call:
                        used.Add(call.DeclaringType);
                        used.Add(call.ReturnType);
                        break;
                    case FieldReference field:
                        used.Add(field.DeclaringType);
                        break;
                }
            }
        }

        return used.SelectMany(Parts);
    }

    /// <summary>The type, what it is an array or reference of, and its type arguments.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Prepend(generic.ElementType),
        GenericParameter => [],
        FunctionPointerType pointer => pointer.Parameters.Select(p => p.ParameterType).Append(pointer.ReturnType).SelectMany(Parts),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
