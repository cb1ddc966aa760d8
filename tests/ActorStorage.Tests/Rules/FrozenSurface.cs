// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ActorStorage.Tests.Rules;

/// <summary>
/// What others may build on changes only on purpose. When it did, the file beside this one is replaced by the one that
/// the failure names.
/// </summary>
internal static class FrozenSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] MadeByTheCompiler =
    [
        "Equals", "GetHashCode", "ToString", "PrintMembers", "Deconstruct", "<Clone>$", "op_Equality", "op_Inequality",
    ];

    public static void Check(Type inAssembly)
    {
        var name = inAssembly.Assembly.GetName().Name!;
        var frozen = Path.Combine(SourceTree.Root, "tests/ActorStorage.Tests/Rules", $"PublicSurface.{name}.txt");
        var actual = inAssembly.Assembly.GetExportedTypes().SelectMany(Lines).Order(StringComparer.Ordinal).ToArray();
        var expected = File.Exists(frozen) ? File.ReadAllLines(frozen) : [];
        if (expected.SequenceEqual(actual)) return;
        var written = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(frozen));
        File.WriteAllLines(written, actual);
        Assert.Fail(
            string.Join('\n', expected.Except(actual).Select(line => "gone: " + line)
                .Concat(actual.Except(expected).Select(line => "new:  " + line)))
            + $"\nif that is on purpose: cp {written} {frozen}");
    }

    private static IEnumerable<string> Lines(Type type)
    {
        yield return $"{NameOf(type)} : {KindOf(type)}";
        foreach (var member in type.GetMembers(Declared).Where(IsOffered))
            yield return $"{NameOf(type)}.{TextOf(member)}";
    }

    private static bool IsOffered(MemberInfo member) => member switch
    {
        MethodInfo method => IsOpen(method)
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            && !MadeByTheCompiler.Contains(method.Name),
        ConstructorInfo constructor => IsOpen(constructor),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        PropertyInfo { Name: not "EqualityContract" } property =>
            property.GetAccessors(nonPublic: true).Any(IsOpen),
        EventInfo => true,
        _ => false,
    };

    private static bool IsOpen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string TextOf(MemberInfo member) => member switch
    {
        MethodBase method => $"{method.Name}({Parameters(method)})"
            + (method is MethodInfo { ReturnType: var type } ? $" : {NameOf(type)}" : ""),
        PropertyInfo property => $"{property.Name} {{{Accessors(property)} }} : {NameOf(property.PropertyType)}",
        FieldInfo { IsLiteral: true } field => $"{field.Name} = {field.GetRawConstantValue()}",
        FieldInfo field => $"{field.Name} : {NameOf(field.FieldType)}",
        _ => member.Name,
    };

    private static string Accessors(PropertyInfo property)
    {
        var set = property.SetMethod is { } setter && IsOpen(setter) ? setter : null;
        var isInit = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        return (property.GetMethod is { } getter && IsOpen(getter) ? " get" : "")
            + (set is null ? "" : isInit ? " init" : " set");
    }

    private static string Parameters(MethodBase method) => string.Join(
        ", ",
        method.GetParameters().Select(parameter =>
            $"{NameOf(parameter.ParameterType)} {parameter.Name}{(parameter.IsOptional ? "?" : "")}"));

    private static string KindOf(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string NameOf(Type type)
    {
        if (type.IsGenericParameter || type.FullName is null && !type.IsGenericType) return type.Name;
        var name = type.IsNested ? $"{NameOf(type.DeclaringType!)}.{type.Name}" : type.Name;
        if (!type.IsGenericType) return name;
        return $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }
}
